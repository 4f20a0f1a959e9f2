package io.github.gradkit.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;

class ChartDataTest {

    @Test
    void nanIsAGapInDataAndTable() {
        LineChart chart = chart(Series.of("a", x(3), new double[] {1, Double.NaN, 3}));
        JsonArray y = series(chart, 0).getAsJsonArray("y");
        assertThat(y.get(1).isJsonNull()).isTrue();
        assertThat(y.get(2).getAsInt()).isEqualTo(3);
        assertThat(ChartData.table(chart).rows().get(1).values()).containsExactly("–");
    }

    @Test
    void dataCannotCloseTheScript() {
        String evil = "</script><!-- <script>";
        LineChart chart = chart(Series.of(evil, x(2), x(2)));
        assertThat(ChartData.json(chart)).doesNotContain("<", ">");
        Report report = Report.builder().setTitle("T").add(chart).build();
        String data = Jsoup.parse(report.toHtml()).select(".chart-data").first().data();
        JsonObject json = JsonParser.parseString(data).getAsJsonObject();
        assertThat(json.getAsJsonArray("series").get(0).getAsJsonObject().get("name").getAsString())
                .isEqualTo(evil);
    }

    @Test
    void equalXValuesAreWrittenOnce() {
        LineChart chart =
                chart(
                        Series.of("a", x(3), x(3)),
                        Series.of("b", x(3), x(3)),
                        Series.reference("c", x(2), x(2)));
        assertThat(series(chart, 0).has("x")).isTrue();
        assertThat(series(chart, 1).has("x")).isFalse();
        assertThat(series(chart, 2).has("x")).isTrue();
        assertThat(series(chart, 2).get("reference").getAsBoolean()).isTrue();
    }

    @Test
    void tableJoinsSeriesWithOtherX() {
        LineChart chart =
                chart(
                        Series.of("a", new double[] {0, 2}, new double[] {10, 12}),
                        Series.of("b", new double[] {1, 2}, new double[] {21, 22.5}));
        ChartData.DataTable table = ChartData.table(chart);
        assertThat(table.columns()).containsExactly("x", "a", "b");
        assertThat(table.rows())
                .containsExactly(
                        new ChartData.DataRow("0", List.of("10", "")),
                        new ChartData.DataRow("1", List.of("", "21")),
                        new ChartData.DataRow("2", List.of("12", "22.5")));
        assertThat(table.thinned()).isFalse();
    }

    @Test
    void longTableIsThinnedKeepingBothEnds() {
        LineChart chart = chart(Series.of("a", x(10_000), x(10_000)));
        ChartData.DataTable table = ChartData.table(chart);
        assertThat(table.rows()).hasSize(ChartData.MAX_TABLE_ROWS);
        assertThat(table.rows().get(0).x()).isEqualTo("0");
        assertThat(table.rows().get(99).x()).isEqualTo("9999");
        assertThat(table.thinned()).isTrue();
        Report report = Report.builder().setTitle("T").add(chart).build();
        assertThat(Jsoup.parse(report.toHtml()).select("summary").text())
                .isEqualTo("Data table (100 of 10000 points)");
    }

    @Test
    void tenThousandPointsStaySmall() {
        double[] y = IntStream.range(0, 10_000).mapToDouble(i -> Math.sin(i) / 3).toArray();
        Report report =
                Report.builder()
                        .setTitle("Large")
                        .add(chart(Series.of("a", x(10_000), y), Series.of("b", x(10_000), y)))
                        .build();
        assertThat(report.toHtml().length()).isLessThan(450_000);
    }

    @Test
    void digitsNobodyCanSeeAreNotWritten() {
        LineChart chart = chart(Series.of("a", new double[] {1.0 / 3}, new double[] {2.0 / 3e20}));
        assertThat(ChartData.json(chart)).contains("[0.333333333333]", "[6.66666667E-21]");
    }

    @Test
    void numbersAreShownShortButWholeNumbersInFull() {
        assertThat(Numbers.show(1234567)).isEqualTo("1234567");
        assertThat(Numbers.show(-0.0)).isEqualTo("0");
        assertThat(Numbers.show(0.123456789)).isEqualTo("0.123457");
        assertThat(Numbers.show(100.10)).isEqualTo("100.1");
        assertThat(Numbers.show(1.5e-7)).isEqualTo("1.500e-07");
        assertThat(Numbers.show(Double.NaN)).isEqualTo("–");
        assertThat(Numbers.show(2.345, 1)).isEqualTo("2.3");
        assertThat(Numbers.show(7, 2)).isEqualTo("7.00");
        assertThat(Numbers.rounded(1e300, 9).toString()).isEqualTo("1E+300");
        assertThat(Numbers.rounded(1500, 9).toString()).isEqualTo("1500");
    }

    private static double[] x(int count) {
        return IntStream.range(0, count).mapToDouble(i -> i).toArray();
    }

    private static LineChart chart(Series... series) {
        return new LineChart(
                "t", null, new Axis("x", false), new Axis("y", false), List.of(series));
    }

    private static JsonObject series(LineChart chart, int index) {
        return JsonParser.parseString(ChartData.json(chart))
                .getAsJsonObject()
                .getAsJsonArray("series")
                .get(index)
                .getAsJsonObject();
    }
}
