package io.github.gradkit.adacomp.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.gradkit.adacomp.compress.LayerKind;
import io.github.gradkit.adacomp.exchange.InProcessExchange;
import io.github.gradkit.adacomp.train.GradientCompressionListener;
import io.github.gradkit.adacomp.train.LayerTraffic;
import io.github.gradkit.report.LineChart;
import io.github.gradkit.report.Section;
import io.github.gradkit.report.Series;
import io.github.gradkit.report.Table;
import io.github.gradkit.support.trace.MemoryTrace;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CompressionReportTest {

    private static final int STEPS = 200;

    private final MemoryTrace trace = MemoryTrace.of();

    private final LayerTraffic weight = traffic("1_weight", 6000, 500, 1200, 5000, 6, 24);
    private final LayerTraffic bias = traffic("1_bias", 10, 0, 10 * STEPS, 41 * STEPS, 1, NaN);

    private static final double NaN = Double.NaN;

    private static LayerTraffic traffic(
            String path,
            int size,
            int binLength,
            long sent,
            long bytes,
            double gradient,
            double residue) {
        int bits = binLength == 0 ? 32 : 16;
        LayerKind kind = binLength == 0 ? LayerKind.BIAS : LayerKind.FULLY_CONNECTED;
        return new LayerTraffic(
                path, kind, size, binLength, STEPS, sent, bits * sent, bytes, gradient, residue);
    }

    private void record(String path, String name, IntToDoubleFunction value) {
        for (int step = 0; step < STEPS; step++) {
            trace.record("adacomp/" + path + "/" + name, step, value.applyAsDouble(step));
        }
    }

    private void recordHealthy() {
        record("1_weight", "rateBytes", step -> step % 2 == 0 ? 100 : 300);
        record("1_weight", "residueNorm", step -> 24 * (1 - Math.exp(-step / 20.0)));
        record("1_weight", "residueToGradient", step -> 4 * (1 - Math.exp(-step / 20.0)));
        record("1_bias", "rateBytes", step -> 40 / 41.0);
    }

    private List<Section> sections(LayerTraffic... layers) {
        return CompressionReport.sections(List.of(layers), trace);
    }

    private static <T extends Section> Stream<T> all(Class<T> kind, List<Section> sections) {
        return sections.stream().filter(kind::isInstance).map(kind::cast);
    }

    private static List<String> cells(Table table, int row) {
        return table.rows().get(row).cells().stream().map(cell -> cell.text()).toList();
    }

    private Table table(String title, LayerTraffic... layers) {
        return all(Table.class, sections(layers))
                .filter(table -> title.equals(table.title()))
                .findFirst()
                .orElseThrow();
    }

    /** Returns the rows under "What to look at". */
    private List<List<String>> warnings(LayerTraffic... layers) {
        return all(Table.class, sections(layers))
                .filter(table -> "What to look at".equals(table.title()))
                .flatMap(
                        table ->
                                Stream.iterate(0, i -> i + 1)
                                        .limit(table.rows().size())
                                        .map(i -> cells(table, i)))
                .toList();
    }

    @Test
    void tableTellsWhatWasSentAndIsOwedOfEachLayer() {
        Table table = table("What was sent, by layer", weight, bias);

        // 12 bins in 200 steps; 4.8 MB of floats in 5000 bytes, in 19,200 bits as in the paper.
        assertThat(cells(table, 0))
                .containsExactly(
                        "1_weight", "linear", "6,000", "500", "0.5", "960.0", "2000.0", "37.9");
        assertThat(cells(table, 1))
                .containsExactly("1_bias", "bias", "10", "none", "all", "1.0", "1.0", "62.1");

        Table owed = table("What is owed, by layer", weight, bias);
        assertThat(owed.rows()).hasSize(1);
        assertThat(cells(owed, 0)).containsExactly("1_weight", "24.0", "6.00", "4.0");
    }

    @Test
    void curvesShowRatesAndResiduesOfTheLayersThatOwe() {
        recordHealthy();
        List<LineChart> charts = all(LineChart.class, sections(weight, bias)).toList();

        assertThat(charts)
                .extracting(LineChart::title)
                .containsExactly("Rates in bytes", "Residues", "Residues over gradients");
        assertThat(charts.get(0).series())
                .extracting(Series::name)
                .containsExactly("1_weight", "All layers");
        assertThat(charts.get(1).series()).extracting(Series::name).containsExactly("1_weight");
    }

    /** The same bytes are sent by steps of rate 100 and 300 as by steps of rate 150. */
    @Test
    void ratesOfSeveralStepsAreThoseOfTheirBytes() {
        TracedSeries series =
                new TracedSeries(new double[] {0, 1, 2, 3}, new double[] {100, 300, NaN, 7});
        TracedSeries thin = series.thinned(2, false, TracedSeries::meanRate);

        assertThat(thin.steps()).containsExactly(.5, 2.5);
        assertThat(thin.values()[0]).isCloseTo(150, within(1e-9));
        assertThat(thin.values()[1]).isEqualTo(7);
    }

    @Test
    void rateOfAllLayersIsThatOfAllBytes() {
        recordHealthy();
        Series all =
                all(LineChart.class, sections(weight, bias))
                        .findFirst()
                        .orElseThrow()
                        .series()
                        .get(1);
        double bytes = (STEPS / 2) * (24_000 / 100.0 + 24_000 / 300.0) + STEPS * 41;

        double floats = STEPS * 24_040.0;
        double mean = TracedSeries.meanRate(all.y());
        // Points stand for three or four steps, which have not all the same share of both rates.
        assertThat(mean).isCloseTo(floats / bytes, withinPercentage(2));
    }

    @Test
    void nothingIsSaidOfAHealthyTraining() {
        recordHealthy();
        assertThat(warnings(weight)).isEmpty();
    }

    @Test
    void residueThatGrowsOnIsPointedAt() {
        record("1_weight", "residueNorm", step -> 1 + step);
        record("1_weight", "residueToGradient", step -> 3 + .5 * step);
        assertThat(warnings(weight))
                .singleElement()
                .satisfies(
                        row ->
                                assertThat(row)
                                        .element(1)
                                        .asString()
                                        .contains("still grows", "1.4 times"));
    }

    @Test
    void residueThatGrowsAsASquareRootDoesIsPointedAtToo() {
        record("1_weight", "residueNorm", Math::sqrt);
        record("1_weight", "residueToGradient", Math::sqrt);
        assertThat(warnings(weight)).hasSize(1);
    }

    @Test
    void residueThatGrowsOnlyWithItsGradientsIsNot() {
        record("1_weight", "residueNorm", step -> 1 + step);
        record("1_weight", "residueToGradient", step -> 4);
        assertThat(warnings(weight)).isEmpty();
    }

    @Test
    void denseLayerThatTakesMuchOfTheBytesIsPointedAtWhereOthersAreCompressed() {
        assertThat(warnings(weight, bias))
                .singleElement()
                .satisfies(
                        row -> {
                            assertThat(row).element(0).isEqualTo("1_bias");
                            assertThat(row)
                                    .element(1)
                                    .asString()
                                    .contains("62 % of all bytes", "optBinLength(\"1_bias\"");
                        });
        assertThat(warnings(bias)).isEmpty();
    }

    @Test
    void layerOfWhichNothingIsSentIsPointedAt() {
        assertThat(warnings(traffic("w", 6000, 6000, 0, 2400, 3, 50)))
                .singleElement()
                .satisfies(
                        row -> assertThat(row).element(1).asString().contains("Nothing was sent"));
    }

    @Test
    void onlyTheLargestLayersAreDrawn() {
        LayerTraffic[] layers = new LayerTraffic[9];
        for (int i = 0; i < layers.length; i++) {
            layers[i] = traffic(i + "_weight", 100 * (i + 1), 50, 10, 50, 1, 2);
            record(i + "_weight", "residueNorm", step -> 2);
        }
        LineChart chart = all(LineChart.class, sections(layers)).findFirst().orElseThrow();

        assertThat(chart.series())
                .extracting(Series::name)
                .containsExactly(
                        "8_weight", "7_weight", "6_weight", "5_weight", "4_weight", "3_weight");
        assertThat(chart.caption()).contains("The 6 largest layers of 9.");
    }

    @Test
    void bearsNumbersThatAreNoneAndZeros() {
        record("1_weight", "rateBytes", step -> step % 3 == 0 ? NaN : 100);
        record("1_weight", "residueNorm", step -> step < 100 ? 0 : Double.POSITIVE_INFINITY);
        record("1_weight", "residueToGradient", step -> NaN);
        assertThat(all(LineChart.class, sections(weight)))
                .extracting(LineChart::title)
                .containsExactly("Rates in bytes");
    }

    @Test
    void showsTrainingsThatWentBack() {
        recordHealthy();
        recordHealthy();
        List<LineChart> charts = all(LineChart.class, sections(weight)).toList();

        assertThat(charts).hasSize(3);
        assertThat(charts).extracting(chart -> chart.xAxis().title()).containsOnly("Record");
        double[] records = charts.get(0).series().get(0).x();
        assertThat(Arrays.stream(records).max().orElseThrow()).isGreaterThan(STEPS);
    }

    @Test
    void timesAreMediansMeansAndTheLargest() {
        double[] millis = {1, 2, 9};
        for (int step = 0; step < 3; step++) {
            trace.record("adacomp/packMillis", step, millis[step]);
            trace.record("adacomp/unpackMillis", step, 10 * millis[step]);
        }
        Table table = table("Time of a step", weight);

        assertThat(cells(table, 0)).containsExactly("Pack", "2.000", "4.000", "9.000");
        assertThat(cells(table, 1)).containsExactly("Unpack", "20.000", "40.000", "90.000");
        assertThat(StepTimes.median(trace)).hasValue(22);
    }

    @Test
    void withoutATracedStepThereIsNothing() {
        GradientCompressionListener fresh =
                GradientCompressionListener.builder()
                        .setExchange(InProcessExchange.group(1, Duration.ofMinutes(1)).get(0))
                        .build();
        assertThat(CompressionReport.of("Fresh", fresh, trace).toHtml())
                .contains("No step was traced");
        assertThat(CompressionReport.sections(List.of(), trace)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CompressionReport.of(" ", fresh, trace));
    }
}
