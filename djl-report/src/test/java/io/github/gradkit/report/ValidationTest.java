package io.github.gradkit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ValidationTest {

    private static final double[] NONE = {};
    private static final double[] ONE = {1};

    @Test
    void blankTextsAreRejected() {
        rejected(() -> new Heading(" ")).hasMessageContaining("a heading");
        rejected(() -> Text.of("fine", "")).hasMessageContaining("a paragraph");
        rejected(Text::of).hasMessageContaining("a text must not be empty");
        rejected(() -> Figure.of("", "1")).hasMessageContaining("label of a figure");
        rejected(() -> Figure.of("Time", "\t")).hasMessageContaining("value of figure \"Time\"");
        rejected(() -> Figure.of("Time", "1", "")).hasMessageContaining("note");
        rejected(() -> Report.builder().setTitle("")).hasMessageContaining("title of a report");
        rejected(() -> new Axis("", false)).hasMessageContaining("axis");
        rejected(() -> Tile.of(picture(), "")).hasMessageContaining("caption of a tile");
        rejected(() -> Tile.of(picture(), "a").withBadge(" ", Emphasis.NOTICE))
                .hasMessageContaining("badge");
    }

    @Test
    void missingRequiredPartsAreNamed() {
        unset(() -> Report.builder().addText("a").build()).hasMessageContaining("setTitle");
        unset(() -> LineChart.builder().build()).hasMessageContaining("setTitle");
        unset(() -> LineChart.builder().setTitle("t").build()).hasMessageContaining("setXAxis");
        unset(() -> LineChart.builder().setTitle("t").setXAxis("x").build())
                .hasMessageContaining("setYAxis");
        unset(() -> BarChart.builder().setTitle("t").build()).hasMessageContaining("setValueTitle");
        unset(() -> ImageGrid.builder().build()).hasMessageContaining("setTitle");
        unset(() -> ImageGroups.builder().build()).hasMessageContaining("setTitle");
        unset(() -> ImageGroup.builder().build()).hasMessageContaining("setHead");
    }

    @Test
    void emptySectionsAreRejected() {
        rejected(() -> Report.builder().setTitle("T").build())
                .hasMessageContaining("add a section");
        rejected(() -> lines().build()).hasMessageContaining("call addSeries");
        rejected(() -> ImageGrid.builder().setTitle("t").build()).hasMessageContaining("addTile");
        rejected(() -> ImageGroups.builder().setTitle("t").build())
                .hasMessageContaining("addGroup");
        rejected(() -> ImageGroup.builder().setHead(tile()).build())
                .hasMessageContaining("addStrip");
        rejected(() -> ImageGroup.builder().addStrip("near", List.of()))
                .hasMessageContaining("\"near\"");
        rejected(() -> Table.builder().addColumn("a").build()).hasMessageContaining("addRow");
        rejected(() -> Table.builder().addRow().build()).hasMessageContaining("addColumn");
        rejected(() -> bars().build()).hasMessageContaining("setCategories");
        rejected(() -> bars().setCategories("a").build()).hasMessageContaining("addSeries");
    }

    @Test
    void seriesWithUnusableValuesAreRejected() {
        rejected(() -> Series.of("a", NONE, NONE)).hasMessageContaining("at least one point");
        rejected(() -> Series.of("a", new double[] {1, 2}, ONE))
                .hasMessageContaining("2 x and 1 y");
        rejected(() -> Series.of("a", new double[] {1, 1}, new double[] {1, 1}))
                .hasMessageContaining("strictly ascending")
                .hasMessageContaining("value 1 is 1.0 after 1.0");
        rejected(() -> Series.of("a", new double[] {Double.NaN}, ONE))
                .hasMessageContaining("value 0 is NaN");
        rejected(() -> Series.of("a", ONE, new double[] {Double.POSITIVE_INFINITY}))
                .hasMessageContaining("finite or NaN")
                .hasMessageContaining("Infinity");
        rejected(() -> Series.of("a", ONE, new double[] {Double.NaN}))
                .hasMessageContaining("at least one finite value");
    }

    @Test
    void logAxesAcceptPositiveValuesAndGapsOnly() {
        Axis log = new Axis("loss", true);
        double[] x = {1, 2};
        rejected(() -> lines().setYAxis(log).addSeries("a", x, new double[] {0, 1}).build())
                .hasMessageContaining("positive on the logarithmic axis \"loss\"")
                .hasMessageContaining("0.0");
        rejected(() -> lines().setXAxis(log).addSeries("a", new double[] {-1}, ONE).build())
                .hasMessageContaining("-1.0");
        LineChart chart =
                lines().setYAxis(log).addSeries("a", x, new double[] {Double.NaN, 1}).build();
        assertThat(chart.yAxis().log()).isTrue();
    }

    @Test
    void equalNamesAreRejected() {
        rejected(() -> lines().addSeries("a", ONE, ONE).addReference("a", ONE, ONE).build())
                .hasMessageContaining("\"a\" occurs twice");
        rejected(() -> bars().setCategories("c", "c").addSeries("a", 1, 2).build())
                .hasMessageContaining("\"c\" occurs twice");
        rejected(() -> bars().setCategories("c").addSeries("a", 1).addSeries("a", 2).build())
                .hasMessageContaining("\"a\" occurs twice");
    }

    @Test
    void barsMustFitTheirCategories() {
        rejected(() -> bars().setCategories("c", "d").addSeries("a", 1).build())
                .hasMessageContaining("each of the 2 categories, but has 1");
        rejected(() -> bars().addSeries("a", Double.NEGATIVE_INFINITY))
                .hasMessageContaining("-Infinity");
        rejected(() -> bars().optDecimals(13)).hasMessageContaining("13");
    }

    @Test
    void rowsMustFitTheirColumns() {
        rejected(() -> Table.builder().addColumn("a").addRow("1").addRow("1", "2").build())
                .hasMessageContaining("row 1")
                .hasMessageContaining("each of the 1 columns, but has 2");
        rejected(() -> Row.of("1").highlightCell(1)).hasMessageContaining("but is 1");
        rejected(() -> Row.of("1").highlightCell(-1)).hasMessageContaining("but is -1");
    }

    @Test
    void seriesDoNotShareTheirArrays() {
        double[] y = {1};
        Series series = Series.of("a", ONE, y);
        y[0] = 9;
        series.y()[0] = 8;
        assertThat(series.y()).containsExactly(1);
    }

    private static LineChart.Builder lines() {
        return LineChart.builder().setTitle("t").setXAxis("x").setYAxis("y");
    }

    private static BarChart.Builder bars() {
        return BarChart.builder().setTitle("t").setValueTitle("v");
    }

    private static Picture picture() {
        return Picture.ofGrey(new int[1], 1, 1);
    }

    private static Tile tile() {
        return Tile.of(picture(), "a");
    }

    private static AbstractThrowableAssert<?, ?> rejected(ThrowingCallable call) {
        return assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
    }

    private static AbstractThrowableAssert<?, ?> unset(ThrowingCallable call) {
        return assertThatThrownBy(call).isInstanceOf(IllegalStateException.class);
    }
}
