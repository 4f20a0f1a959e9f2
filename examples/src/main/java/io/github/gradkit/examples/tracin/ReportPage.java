package io.github.gradkit.examples.tracin;

import io.github.gradkit.examples.cli.Versions;
import io.github.gradkit.examples.evaluation.RecoveryCurve;
import io.github.gradkit.report.Align;
import io.github.gradkit.report.Figure;
import io.github.gradkit.report.LineChart;
import io.github.gradkit.report.Report;
import io.github.gradkit.report.Row;
import io.github.gradkit.report.Table;
import io.github.gradkit.tracin.Checkpoint;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/** The HTML report of a run. */
final class ReportPage {

    private static final int CHART_POINTS = 200;

    private final Settings settings;
    private final Outcome outcome;
    private final Ranking self;

    ReportPage(Settings settings, Outcome outcome) {
        this.settings = settings;
        this.outcome = outcome;
        this.self = outcome.ranking(Method.SELF_INFLUENCE);
    }

    Report build() {
        ReportImages images = new ReportImages(outcome);
        return Report.builder()
                .setTitle("Which training examples spoiled the model?")
                .optSubtitle(Findings.data(settings, outcome))
                .optLead(
                        "A part of the training labels was flipped on purpose. TracIn ranks the"
                            + " training examples by their influence on themselves, without knowing"
                            + " which were flipped. Whoever checks labels in this order finds the"
                            + " wrong ones early.")
                .addFigures(figures())
                .addHeading("Finding the flipped labels")
                .add(recovery())
                .add(methods())
                .addText(unbroken(Findings.comparisonWithLoss(settings, outcome)))
                .addHeading("The most suspicious training examples")
                .addText(unbroken(Findings.suggestions(outcome)))
                .add(images.suspicious())
                .addHeading("Why test images were misclassified")
                .addText(Findings.SIGN_CONVENTION)
                .add(images.cases())
                .addHeading("Where the signal comes from")
                .addText(
                        "Self-influence is a sum over checkpoints and layers of the learning rate"
                            + " times the squared gradient norm. The tables show the share of each"
                            + " checkpoint and each layer in the sum over all examples, and how"
                            + " well it ranks the examples on its own.")
                .add(checkpoints())
                .add(layers())
                .addHeading("Settings")
                .add(settingsTable())
                .optFooter(Versions.footer())
                .build();
    }

    private Figure[] figures() {
        return new Figure[] {
            Figure.of(
                    "Flipped labels found",
                    Findings.percent(self.foundWithinPercent(20)),
                    "in the first 20 % of the ranking"),
            Figure.of("ROC AUC", auc(self), "0.5 is chance, 1 is perfect"),
            Figure.of(
                    "Right suggestions",
                    Findings.percent(outcome.rightSuggestionShare()),
                    "of the flipped labels"),
            Figure.of(
                    "Test accuracy",
                    Findings.percent(outcome.testAccuracy()),
                    "trained with the flipped labels"),
        };
    }

    private LineChart recovery() {
        LineChart.Builder chart =
                LineChart.builder()
                        .setTitle("Flipped labels found while checking")
                        .optCaption("Higher and further to the left is better.")
                        .setXAxis("Share of the training examples checked (%)")
                        .setYAxis("Share of the flipped labels found (%)");
        int[] checks = chartPoints(self.curve().size());
        double[] x =
                Arrays.stream(checks).mapToDouble(k -> 100.0 * k / self.curve().size()).toArray();
        outcome.rankings()
                .forEach(
                        (method, ranking) ->
                                chart.addSeries(
                                        capital(method), x, found(ranking.curve(), checks)));
        return chart.addReference("Ideal", x, found(self.curve().ideal(), checks)).build();
    }

    private static int[] chartPoints(int examples) {
        int points = Math.min(examples, CHART_POINTS);
        return IntStream.rangeClosed(0, points)
                .map(i -> (int) ((long) examples * i / points))
                .toArray();
    }

    private static double[] found(RecoveryCurve curve, int[] checks) {
        return Arrays.stream(checks).mapToDouble(k -> 100 * curve.foundAfter(k)).toArray();
    }

    private Table methods() {
        Table.Builder table = rankingTable("Ranking by");
        outcome.rankings()
                .forEach(
                        (method, ranking) -> {
                            Row row = rankingRow(ranking, capital(method));
                            table.addRow(method == Method.SELF_INFLUENCE ? row.highlight() : row);
                        });
        return table.addRow(rankingRow(new Ranking(1, self.curve().ideal()), "Ideal")).build();
    }

    private Table checkpoints() {
        Table.Builder table = rankingTable("Step", "Epochs", "Learning rate", "Share");
        double total = Arrays.stream(outcome.self().scores()).sum();
        for (int i = 0; i < outcome.checkpoints().size(); i++) {
            Checkpoint checkpoint = outcome.checkpoints().get(i);
            double[] scores = outcome.self().byCheckpoint().get(i);
            table.addRow(
                    rankingRow(
                            Ranking.of(scores, outcome.flips().flipped()),
                            Long.toString(checkpoint.step()),
                            Integer.toString(checkpoint.epoch()),
                            String.format(Locale.ROOT, "%.3g", checkpoint.learningRate()),
                            Findings.percent(Arrays.stream(scores).sum() / total)));
        }
        return table.build();
    }

    private Table layers() {
        Table.Builder table = rankingTable("Layer", "Share");
        double total = Arrays.stream(outcome.self().scores()).sum();
        outcome.self()
                .byLayer()
                .forEach(
                        (layer, scores) ->
                                table.addRow(
                                        rankingRow(
                                                Ranking.of(scores, outcome.flips().flipped()),
                                                layer,
                                                Findings.percent(
                                                        Arrays.stream(scores).sum() / total))));
        return table.build();
    }

    private static Table.Builder rankingTable(String first, String... others) {
        Table.Builder table = Table.builder().addColumn(first);
        for (String other : others) {
            table.addColumn(other, Align.RIGHT);
        }
        table.addColumn("ROC AUC", Align.RIGHT);
        for (int percent : Ranking.PERCENTS) {
            table.addColumn("Found in " + percent + " %", Align.RIGHT);
        }
        return table;
    }

    private static Row rankingRow(Ranking ranking, String... first) {
        String[] cells = Arrays.copyOf(first, first.length + 1 + Ranking.PERCENTS.length);
        cells[first.length] = auc(ranking);
        for (int i = 0; i < Ranking.PERCENTS.length; i++) {
            cells[first.length + 1 + i] =
                    Findings.percent(ranking.foundWithinPercent(Ranking.PERCENTS[i]));
        }
        return Row.of(cells);
    }

    private Table settingsTable() {
        return Table.builder()
                .addColumn("Setting")
                .addColumn("Value")
                .addRow("Data set", settings.dataset().toString())
                .addRow(
                        "Images",
                        outcome.train().size()
                                + " for training, "
                                + outcome.test().size()
                                + " for testing")
                .addRow("Model", settings.model().describe(outcome.train().format()))
                .addRow(
                        "Flipped labels",
                        outcome.flips().count()
                                + " ("
                                + settings.flip()
                                + ", "
                                + Findings.percent(settings.flipRate())
                                + ")")
                .addRow("Optimizer", "SGD, learning rate " + settings.learningRate())
                .addRow("Epochs", settings.epochs() + ", batches of " + settings.batchSize())
                .addRow("Checkpoints", outcome.checkpoints().size() + ", evenly spread")
                .addRow(
                        "Layers",
                        settings.layers().text().equals("*") ? "all" : settings.layers().text())
                .addRow("Seed", Long.toString(settings.seed()))
                .addRow("Loss and margin", "of the given label in the final model")
                .addRow(
                        "Time",
                        seconds("train")
                                + " training, "
                                + seconds("analysis")
                                + " analysis, "
                                + seconds("total")
                                + " in all")
                .build();
    }

    private static String auc(Ranking ranking) {
        return String.format(Locale.ROOT, "%.4f", ranking.auc());
    }

    private String seconds(String part) {
        return String.format(Locale.ROOT, "%.1f s", outcome.seconds().get(part));
    }

    /** Keeps numbers and percent signs on one line. */
    private static String unbroken(String text) {
        return text.replace(" %", "\u00a0%");
    }

    private static String capital(Method method) {
        String text = method.toString();
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
