package io.github.gradkit.examples.hyperopt;

import com.google.gson.JsonObject;
import io.github.gradkit.examples.cli.Versions;
import io.github.gradkit.examples.cli.Wrapped;
import io.github.gradkit.hyperopt.LearnedValue;
import io.github.gradkit.report.Align;
import io.github.gradkit.report.Axis;
import io.github.gradkit.report.LineChart;
import io.github.gradkit.report.Report;
import io.github.gradkit.report.Row;
import io.github.gradkit.report.Table;
import io.github.gradkit.support.trace.MemoryTrace;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How well the networks predict the characters of a text they have not seen.
 *
 * @param text the text
 * @param style what all towers have in common
 * @param epochs passes over the training part
 * @param seed the seed of every random choice
 * @param lines one for each optimizer
 * @param trace what became of the hyperparameters of the tower
 */
record CharResult(
        CharText text, TowerStyle style, int epochs, long seed, List<Line> lines, MemoryTrace trace)
        implements Result {

    private static final int PLAIN = 1;
    private static final int TOWER = 2;
    private static final int RERUN = 3;

    /**
     * A training.
     *
     * @param name the optimizer
     * @param perplexities those of the test part after each epoch; ends early with NaN if the
     *     training broke off
     * @param learned the values learned; empty for a plain optimizer
     */
    record Line(String name, List<Double> perplexities, List<LearnedValue> learned) {

        Line with(List<LearnedValue> values) {
            return new Line(name, perplexities, values);
        }

        /** Returns the perplexity after an epoch; NaN if the training had diverged. */
        double after(int epoch) {
            double value = epoch <= perplexities.size() ? perplexities.get(epoch - 1) : Double.NaN;
            return Double.isFinite(value) ? value : Double.NaN;
        }

        String textAfter(int epoch) {
            double value = after(epoch);
            return Double.isNaN(value) ? "div" : String.format(Locale.ROOT, "%.3g", value);
        }

        String learnedText() {
            return learned.stream()
                    .map(v -> v.hyperparameter() + " " + Numbers.learned(v.value()))
                    .collect(Collectors.joining(", "));
        }
    }

    private String setting() {
        return String.format(
                Locale.ROOT,
                "%s: %d characters for training, %d for testing, %d different ones; LSTM with %d"
                        + " units; %s of batches of %d sequences of %d; %s; seed %d",
                text.name(),
                text.train().numbers().length,
                text.test().numbers().length,
                text.alphabet().length(),
                CharNetwork.UNITS,
                Numbers.epochs(epochs),
                CharRnn.BATCH,
                CharRnn.LENGTH,
                style.describe(),
                seed);
    }

    /** Says how the rate changed; the last value is all that a rerun keeps of it. */
    private String rate() {
        return AlphaTrace.of(trace)
                .map(
                        alpha ->
                                String.format(
                                        Locale.ROOT,
                                        "On the way the tower's learning rate was as large as %s.",
                                        Numbers.learned(alpha.largest())))
                .orElse("The tower's learning rate was never a positive number.");
    }

    private String reading() {
        Line plain = lines.get(PLAIN);
        Line tower = lines.get(TOWER);
        Line rerun = lines.get(RERUN);
        return String.format(
                Locale.ROOT,
                "After the last epoch the perplexity is %s with plain Adam, %s with Adam tuned by"
                        + " SGD, and %s with the constants that it learned. %d would be guessing.",
                plain.textAfter(epochs),
                tower.textAfter(epochs),
                rerun.textAfter(epochs),
                text.alphabet().length());
    }

    @Override
    public void print(PrintWriter out) {
        Wrapped.print(setting(), out);
        out.println();
        out.println("Perplexity of the test part after each epoch; div: diverged");
        StringBuilder head = new StringBuilder(String.format("%-24s", "epoch"));
        IntStream.rangeClosed(1, epochs).forEach(e -> head.append(String.format("%7d", e)));
        out.println(head);
        for (Line line : lines) {
            StringBuilder row = new StringBuilder(String.format("%-24s", line.name()));
            IntStream.rangeClosed(1, epochs)
                    .forEach(e -> row.append(String.format("%7s", line.textAfter(e))));
            out.println(row);
        }
        out.println();
        out.println("Learned: " + lines.get(TOWER).learnedText());
        Wrapped.print(rate(), out);
        Wrapped.print(reading(), out);
        out.println();
    }

    @Override
    public Report report() {
        Report.Builder page =
                Report.builder()
                        .setTitle("A text, read by a network whose optimizer tunes itself")
                        .optSubtitle(setting())
                        .addText(reading(), rate())
                        .add(table());
        chart().ifPresent(page::add);
        AlphaTrace.of(trace)
                .ifPresent(
                        alpha ->
                                page.add(
                                        LineChart.builder()
                                                .setTitle("The learning rate of the tower")
                                                .optCaption(
                                                        "The rerun with learned constants keeps"
                                                                + " its last value.")
                                                .setXAxis("Step")
                                                .setYAxis(new Axis("Learning rate", true))
                                                .addSeries(
                                                        lines.get(TOWER).name(),
                                                        alpha.steps(),
                                                        alpha.values())
                                                .build()));
        return page.optFooter(Versions.footer()).build();
    }

    /** Draws the perplexities; empty if every training diverged in its first epoch. */
    private Optional<LineChart> chart() {
        LineChart.Builder chart =
                LineChart.builder()
                        .setTitle("Perplexity of the test part")
                        .optCaption("Lower is better. A line ends where a training diverged.")
                        .setXAxis("Epoch")
                        .setYAxis("Perplexity");
        boolean drawn = false;
        double[] x = IntStream.rangeClosed(1, epochs).asDoubleStream().toArray();
        for (Line line : lines) {
            double[] y = Arrays.stream(x).map(e -> line.after((int) e)).toArray();
            if (Arrays.stream(y).anyMatch(Double::isFinite)) {
                chart.addSeries(line.name(), x, y);
                drawn = true;
            }
        }
        return drawn ? Optional.of(chart.build()) : Optional.empty();
    }

    private Table table() {
        Table.Builder table = Table.builder().addColumn("Optimizer");
        IntStream.rangeClosed(1, epochs).forEach(e -> table.addColumn("Epoch " + e, Align.RIGHT));
        table.addColumn("Learned");
        for (Line line : lines) {
            List<String> cells = new ArrayList<>(List.of(line.name()));
            IntStream.rangeClosed(1, epochs).forEach(e -> cells.add(line.textAfter(e)));
            cells.add(line.learnedText());
            table.addRow(Row.of(cells.toArray(String[]::new)));
        }
        return table.build();
    }

    @Override
    public void addTo(JsonObject json) {
        CharJson.addTo(json, this);
    }
}
