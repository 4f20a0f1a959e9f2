package io.github.gradkit.hyperopt;

import io.github.gradkit.report.Align;
import io.github.gradkit.report.LineChart;
import io.github.gradkit.report.Report;
import io.github.gradkit.report.Table;
import io.github.gradkit.support.trace.MemoryTrace;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A page about what a tower did: the learned values in a table, and every traced hyperparameter,
 * hypergradient and cosine as a chart.
 */
public final class TowerReport {

    private static final String HYPERGRADIENT = "/hypergradient";
    private static final String COSINE = "/cosine";

    private TowerReport() {}

    /**
     * Makes the page.
     *
     * @param title the title of the page; not blank
     * @param tower the tower after the training
     * @param trace what a {@link TowerListener} wrote during the training
     * @return the report, to be written with {@link Report#writeTo}
     * @throws IllegalArgumentException if the title is blank
     */
    public static Report of(String title, HyperTower tower, MemoryTrace trace) {
        Report.Builder report =
                Report.builder()
                        .setTitle(title)
                        .optSubtitle("A tower of height " + tower.height())
                        .addText(
                                tower.steps()
                                        + " steps made, "
                                        + tower.skippedSteps()
                                        + " left out, "
                                        + tower.skippedTunings()
                                        + " without tuning, "
                                        + tower.reverts()
                                        + " times gone back.");
        if (!tower.learned().isEmpty()) {
            report.add(learned(tower.learned()));
        }
        for (LearnedValue value : tower.learned()) {
            chart(report, trace, value.name(), value.name(), "value");
        }
        for (LearnedValue value : tower.learned()) {
            String name = value.name();
            chart(report, trace, name + HYPERGRADIENT, "Hypergradient of " + name, "hypergradient");
            chart(report, trace, name + COSINE, "Cosine of " + name, "cosine");
        }
        return report.build();
    }

    private static Table learned(List<LearnedValue> values) {
        Table.Builder table =
                Table.builder()
                        .optTitle("Learned hyperparameters")
                        .optCaption("Level 0 is the base, which updates the weights.")
                        .addColumn("hyperparameter")
                        .addColumn("first value", Align.RIGHT)
                        .addColumn("last value", Align.RIGHT);
        for (LearnedValue value : values) {
            table.addRow(value.name(), number(value.initial()), number(value.value()));
        }
        return table.build();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6g", value);
    }

    private static void chart(
            Report.Builder report, MemoryTrace trace, String series, String title, String axis) {
        if (!trace.series().contains(series)) {
            return;
        }
        double[] steps = Arrays.stream(trace.steps(series)).asDoubleStream().toArray();
        double[] values =
                Arrays.stream(trace.values(series))
                        .map(value -> Double.isFinite(value) ? value : Double.NaN)
                        .toArray();
        boolean drawable = Arrays.stream(values).anyMatch(Double::isFinite);
        boolean ascending = true;
        for (int i = 1; i < steps.length; i++) {
            // Going back to a snapshot repeats steps.
            ascending &= steps[i] > steps[i - 1];
        }
        if (drawable) {
            report.add(
                    LineChart.builder()
                            .setTitle(title)
                            .setXAxis(ascending ? "step" : "record")
                            .setYAxis(axis)
                            .addSeries(series, ascending ? steps : counted(steps.length), values)
                            .build());
        }
    }

    private static double[] counted(int size) {
        double[] numbers = new double[size];
        Arrays.setAll(numbers, i -> i);
        return numbers;
    }
}
