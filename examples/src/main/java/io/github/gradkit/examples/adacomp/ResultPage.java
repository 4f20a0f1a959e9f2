package io.github.gradkit.examples.adacomp;

import io.github.gradkit.adacomp.report.CompressionReport;
import io.github.gradkit.examples.cli.Versions;
import io.github.gradkit.examples.model.SmallCnn;
import io.github.gradkit.report.Align;
import io.github.gradkit.report.Axis;
import io.github.gradkit.report.Figure;
import io.github.gradkit.report.LineChart;
import io.github.gradkit.report.Report;
import io.github.gradkit.report.Row;
import io.github.gradkit.report.Table;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/** The results as a page. */
final class ResultPage {

    private static final int POINTS = 40;

    private final Result result;
    private final Settings settings;

    ResultPage(Result result) {
        this.result = result;
        settings = result.settings();
    }

    Report build() {
        Report.Builder page =
                Report.builder()
                        .setTitle("How much of a gradient has to be sent?")
                        .optSubtitle(
                                String.format(
                                        Locale.ROOT,
                                        "%s, %,d training and %,d test images, %s, %s",
                                        settings.dataset(),
                                        result.data().train().size(),
                                        result.data().test().size(),
                                        settings.learnersText(),
                                        settings.optimizer().describe()))
                        .optLead(
                                "The learners train one network on parts of the data and exchange"
                                    + " their gradients at every step. All trainings start from the"
                                    + " same weights; they differ in what is sent.")
                        .addFigures(figures())
                        .addHeading("Accuracy and bytes")
                        .add(outcomes())
                        .addText(Findings.summary(result), Findings.uncertainty(result));
        Findings.link(result).ifPresent(page::addText);
        page.add(accuracy()).add(accuracyOverBytes()).add(rate());
        result.compressed().ifPresent(outcome -> addLayers(outcome, page));
        return page.addHeading("Settings")
                .add(settingsTable())
                .optFooter(Versions.footer())
                .build();
    }

    private Figure[] figures() {
        return result.outcomes().stream()
                .limit(4)
                .map(
                        outcome ->
                                Figure.of(
                                        outcome.kind().title(),
                                        format("%.1f %%", 100 * outcome.finalAccuracy()),
                                        format(
                                                "right with %.2f MB from each learner",
                                                outcome.bytes() / 1e6)))
                .toArray(Figure[]::new);
    }

    private Table outcomes() {
        Table.Builder table = Table.builder().addColumn("Compressor");
        for (String column :
                new String[] {
                    "Correct (%)",
                    "MB sent",
                    "Rate in bytes",
                    "Paper's rate",
                    "Pack (ms)",
                    "Unpack (ms)",
                    "Seconds"
                }) {
            table.addColumn(column, Align.RIGHT);
        }
        for (Outcome outcome : result.outcomes()) {
            table.addRow(
                    Row.of(
                            outcome.kind().title(),
                            format("%.1f", 100 * outcome.finalAccuracy()),
                            format("%.3f", outcome.bytes() / 1e6),
                            format("%.1f", outcome.rateBytes()),
                            format("%.1f", outcome.ratePaper()),
                            format("%.3f", outcome.tally().packMillis()),
                            format("%.3f", outcome.tally().unpackMillis()),
                            format("%.1f", outcome.seconds())));
        }
        return table.build();
    }

    private LineChart accuracy() {
        LineChart.Builder chart =
                LineChart.builder()
                        .setTitle("Accuracy over the epochs")
                        .setXAxis("Epoch")
                        .setYAxis("Correct test images (%)");
        for (Outcome outcome : result.outcomes()) {
            double[] epochs =
                    IntStream.rangeClosed(1, outcome.accuracy().size()).asDoubleStream().toArray();
            chart.addSeries(outcome.kind().title(), epochs, percent(outcome));
        }
        return chart.build();
    }

    private LineChart accuracyOverBytes() {
        LineChart.Builder chart =
                LineChart.builder()
                        .setTitle("Accuracy over bytes")
                        .optCaption("What a learner has sent up to the end of each epoch.")
                        .setXAxis(new Axis("MB sent by a learner", true))
                        .setYAxis("Correct test images (%)");
        for (Outcome outcome : result.outcomes()) {
            double[] megabytes =
                    Arrays.stream(outcome.bytesByEpoch()).map(bytes -> bytes / 1e6).toArray();
            chart.addSeries(outcome.kind().title(), megabytes, percent(outcome));
        }
        return chart.build();
    }

    private LineChart rate() {
        LineChart.Builder chart =
                LineChart.builder()
                        .setTitle("Compression over the steps")
                        .optCaption("In bytes, headers included.")
                        .setXAxis("Step")
                        .setYAxis(new Axis("Times fewer than dense", true));
        for (Outcome outcome : result.outcomes()) {
            int steps = outcome.tally().steps();
            int points = Math.min(POINTS, steps);
            double[] middle =
                    IntStream.range(0, points)
                            .mapToDouble(i -> steps * (i + .5) / points)
                            .toArray();
            chart.addSeries(outcome.kind().title(), middle, outcome.tally().rates(points));
        }
        return chart.build();
    }

    private static double[] percent(Outcome outcome) {
        return outcome.accuracy().stream().mapToDouble(share -> 100 * share).toArray();
    }

    private static void addLayers(Outcome outcome, Report.Builder page) {
        page.addHeading(outcome.kind().title() + " layer by layer");
        Tally tally = outcome.tally();
        CompressionReport.sections(tally.layers(), tally.trace()).forEach(page::add);
    }

    private Table settingsTable() {
        return Table.builder()
                .addColumn("Setting")
                .addColumn("Value")
                .addRow("Network", SmallCnn.describe(result.data().train().format()))
                .addRow("Learners", Integer.toString(settings.learners()))
                .addRow("Images a step of each", Integer.toString(settings.batchSize()))
                .addRow("Epochs", Integer.toString(settings.epochs()))
                .addRow("Optimizer", settings.optimizer().describe())
                .addRow("Seed", Long.toString(settings.seed()))
                .build();
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
