package io.github.gradkit.examples.learninit;

import io.github.gradkit.examples.cli.Versions;
import io.github.gradkit.examples.evaluation.Measured;
import io.github.gradkit.report.Align;
import io.github.gradkit.report.Axis;
import io.github.gradkit.report.Figure;
import io.github.gradkit.report.LineChart;
import io.github.gradkit.report.Report;
import io.github.gradkit.report.Row;
import io.github.gradkit.report.Table;
import java.util.List;
import java.util.Locale;

/** The results as a page. */
final class ResultPage {

    private final Settings settings;
    private final List<Outcome> outcomes;

    ResultPage(Settings settings, List<Outcome> outcomes) {
        this.settings = settings;
        this.outcomes = outcomes;
    }

    Report build() {
        Report.Builder page =
                Report.builder()
                        .setTitle("Is a learned start worth it?")
                        .optSubtitle(subtitle())
                        .optLead(
                                "Problems that are solved again and again leave solutions behind."
                                        + " A predictor learns from them where to start, and is"
                                        + " compared with starts that need no learning.")
                        .addFigures(
                                outcomes.stream()
                                        .flatMap(outcome -> outcome.forms().stream())
                                        .map(ResultPage::figure)
                                        .toArray(Figure[]::new))
                        .addText(ResultText.explanation(settings));
        for (Outcome outcome : outcomes) {
            outcome.forms().forEach(form -> add(form, page));
            outcome.materials().forEach(material -> material.addTo(page));
        }
        return page.optFooter(Versions.footer()).build();
    }

    private static void add(Outcome outcome, Report.Builder page) {
        page.addHeading(outcome.form().title())
                .addText(outcome.form().description())
                .add(table(outcome))
                .addText(Findings.of(outcome).toArray(String[]::new))
                .add(chart(outcome));
    }

    private String subtitle() {
        String seeds =
                settings.repetitions() == 1
                        ? "seed " + settings.firstSeed()
                        : settings.repetitions() + " seeds from " + settings.firstSeed();
        return settings.needsImages() ? settings.dataset() + ", " + seeds : seeds;
    }

    private static Figure figure(Outcome outcome) {
        StartOutcome learned = outcome.bestLearned();
        Measured gain = outcome.gain(learned, outcome.random());
        return Figure.of(
                outcome.form().title(),
                (gain.mean() > 0 ? "+" : "") + format("%.3f", gain.mean()),
                outcome.kind().valueTitle() + ", better than a uniform start");
    }

    private static Table table(Outcome outcome) {
        ProblemKind kind = outcome.kind();
        Table.Builder table = Table.builder().addColumn("Start");
        for (String column :
                List.of(
                        capital(kind.valueTitle()),
                        "Gain over uniform",
                        capital(kind.stepTitle()),
                        "Steps saved",
                        "Seconds",
                        "Training (s)")) {
            table.addColumn(column, Align.RIGHT);
        }
        for (StartOutcome start : outcome.starts()) {
            Measured saved = outcome.stepsSaved(start);
            table.addRow(
                    Row.of(
                            start.name(),
                            start.value().text(4),
                            outcome.gain(start, outcome.random()).text(4),
                            outcome.stepsText(start),
                            Double.isFinite(saved.mean()) ? saved.text(1) : "none",
                            format("%.3f", start.seconds()),
                            start.role() == Role.LEARNED
                                    ? format("%.1f", start.trainingSeconds())
                                    : "none"));
        }
        return table.build();
    }

    /** Starts that are a single run of many steps would squeeze the others. */
    private static LineChart chart(Outcome outcome) {
        ProblemKind kind = outcome.kind();
        boolean attack = kind == ProblemKind.ATTACK;
        LineChart.Builder chart =
                LineChart.builder()
                        .setTitle(capital(kind.valueTitle()) + " over the steps")
                        .optCaption(
                                kind.isHighGood()
                                        ? "Means over all instances and seeds; high is good."
                                        : "Means over all instances and seeds; low is good.")
                        .setXAxis(new Axis(capital(kind.stepTitle()), attack))
                        .setYAxis(capital(kind.valueTitle()));
        for (StartOutcome start : outcome.starts()) {
            List<Trial.Point> curve = start.curve();
            if (start.role() != Role.REFERENCE) {
                chart.addSeries(
                        start.name(),
                        curve.stream().mapToDouble(Trial.Point::steps).toArray(),
                        curve.stream().mapToDouble(Trial.Point::value).toArray());
            }
        }
        return chart.build();
    }

    private static String capital(String text) {
        return text.startsWith("FISTA") || text.startsWith("WMMSE")
                ? text
                : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
