package io.github.gradkit.advtrain.evaluate;

import io.github.gradkit.advtrain.attack.Ledger;
import io.github.gradkit.report.Align;
import io.github.gradkit.report.BarChart;
import io.github.gradkit.report.Figure;
import io.github.gradkit.report.LineChart;
import io.github.gradkit.report.Report;
import io.github.gradkit.report.Row;
import io.github.gradkit.report.Table;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** A report as a page. */
final class ReportPage {

    private static final int MOST_CLASSES = 20;
    private static final double FAR = 8;

    private final RobustnessReport report;

    private ReportPage(RobustnessReport report) {
        this.report = report;
    }

    static Report.Builder of(String title, RobustnessReport report) {
        return new ReportPage(report).page(title);
    }

    private Report.Builder page(String title) {
        Report.Builder page =
                Report.builder()
                        .setTitle(title)
                        .optSubtitle(
                                report.ball()
                                        + ", "
                                        + report.clean().total()
                                        + " examples of shape "
                                        + report.inputShape()
                                        + ", "
                                        + report.classes()
                                        + " classes")
                        .optLead(lead());
        headline(page);
        report.notes().forEach(note -> page.addText("Note: " + note));
        page.addHeading("Attacks").add(attacks());
        report.attacks().stream()
                .filter(score -> !score.stages().isEmpty())
                .forEach(score -> page.addText(stages(score)));
        report.certificate().ifPresent(certificate -> page.addText(certificate(certificate)));
        curve(page);
        perClass(page);
        page.addHeading("Can the figures be trusted?").addText(trust());
        page.add(checklist());
        suspects(page);
        convergence(page);
        return page;
    }

    private String lead() {
        if (report.flagged()) {
            return "Do not rely on the robust accuracy below: there are signs that the attacks"
                    + " failed for reasons of their own, not because the model withstands them."
                    + " The checklist says which.";
        }
        return "How many examples are still classified correctly after each was moved, within"
                + " epsilon, to where the model does worst. An example counts only if every"
                + " attack and every restart failed on it.";
    }

    private void headline(Report.Builder page) {
        page.addFigures(figure("Clean accuracy", report.clean()));
        page.addFigures(figure("Robust accuracy, worst case", report.robust()));
        report.certificate()
                .ifPresent(c -> page.addFigures(figure("Certified, exact", c.accuracy())));
        ObfuscationChecklist checklist = report.checklist();
        int measured = checklist.lines().size() - checklist.count(Verdict.SKIPPED);
        page.addFigures(
                Figure.of(
                        "Checklist",
                        report.flagged() ? "Flagged" : measured == 0 ? "Not run" : "No flag",
                        checklist.count(Verdict.PASS)
                                + " of "
                                + measured
                                + " lines passed"
                                + counted(", %d failed", checklist.count(Verdict.FAIL))
                                + counted(", %d to look at", checklist.count(Verdict.WARN))));
    }

    private static String counted(String format, int count) {
        return count == 0 ? "" : String.format(Locale.ROOT, format, count);
    }

    private static Figure figure(String label, Accuracy accuracy) {
        return Figure.of(
                label,
                Numbers.percent(accuracy.share()),
                Numbers.percent(accuracy.interval()) + " (95 %)");
    }

    private Table attacks() {
        Table.Builder table =
                Table.builder()
                        .optTitle("Accuracy under each attack")
                        .optCaption(
                                "Each attack is measured on all examples on its own. The worst case"
                                    + " so far counts examples that withstand it and all attacks"
                                    + " above. Passes are per example that was attacked.")
                        .addColumn("Attack")
                        .addColumn("Accuracy", Align.RIGHT)
                        .addColumn("95 % interval", Align.RIGHT)
                        .addColumn("Worst case so far", Align.RIGHT)
                        .addColumn("Gradients", Align.RIGHT)
                        .addColumn("Queries", Align.RIGHT)
                        .addColumn("Zero or NaN", Align.RIGHT)
                        .addColumn("Seconds", Align.RIGHT);
        table.addRow(row("none", report.clean(), report.clean(), Ledger.EMPTY, ""));
        for (AttackScore score : report.attacks()) {
            String seconds = String.format(Locale.ROOT, "%.1f", score.seconds());
            table.addRow(
                    row(
                            score.name(),
                            score.accuracy(),
                            score.worstSoFar(),
                            score.ledger(),
                            seconds));
        }
        return table.addRow(
                        row("worst case", report.robust(), report.robust(), Ledger.EMPTY, "")
                                .highlight())
                .build();
    }

    private static String stages(AttackScore score) {
        return score.name()
                + " is several attacks, each on the examples that withstood those before it: "
                + score.stages().stream()
                        .skip(1)
                        .map(s -> s.name() + " broke " + s.broken() + " of " + s.attacked())
                        .collect(Collectors.joining(", "))
                + ".";
    }

    private Row row(String name, Accuracy accuracy, Accuracy worst, Ledger ledger, String seconds) {
        boolean ran = !ledger.equals(Ledger.EMPTY);
        return Row.of(
                name,
                Numbers.percent(accuracy.share()),
                Numbers.percent(accuracy.interval()),
                Numbers.percent(worst.share()),
                ran ? perExample(ledger.backward()) : "",
                ran ? perExample(ledger.queries()) : "",
                ran ? String.valueOf(ledger.zeroGradients() + ledger.nanGradients()) : "",
                seconds);
    }

    private String perExample(long passes) {
        return String.format(
                Locale.ROOT, "%.1f", (double) passes / Math.max(1, report.clean().correct()));
    }

    private static String certificate(Certificate certificate) {
        String text =
                "The model is linear, so its worst case is known exactly: "
                        + Numbers.percent(certificate.accuracy().share())
                        + " of the examples withstand every perturbation. ";
        if (certificate.contradictions() > 0) {
            return text
                    + certificate.contradictions()
                    + " of those were broken by an attack nevertheless. One of the two is wrong;"
                    + " please report it.";
        }
        return text
                + (certificate.missed() == 0
                        ? "The attacks found all others."
                        : "The attacks missed " + certificate.missed() + " of the others.");
    }

    private void curve(Report.Builder page) {
        if (report.curve().isEmpty()) {
            return;
        }
        page.addHeading("Accuracy over epsilon");
        List<CurvePoint> near =
                report.curve().stream()
                        .filter(p -> p.epsilon() <= FAR * report.ball().epsilon())
                        .toList();
        if (near.size() > 1) {
            page.add(chart(near));
        }
        page.add(curveTable());
    }

    private LineChart chart(List<CurvePoint> points) {
        double[] x = points.stream().mapToDouble(CurvePoint::epsilon).toArray();
        LineChart.Builder chart =
                LineChart.builder()
                        .setTitle("Accuracy over epsilon")
                        .optCaption(
                                "The grey lines bound the 95 % interval. A robust model falls late,"
                                        + " but every model falls to 0.")
                        .setXAxis("Epsilon (" + normName() + ")")
                        .setYAxis("Accuracy (%)")
                        .addSeries("Under attack", x, percent(points, p -> p.accuracy().share()));
        if (report.certificate().isPresent()) {
            chart.addSeries("Certified, exact", x, percent(points, ReportPage::certified));
        }
        return chart.addReference(
                        "95 % interval, upper end",
                        x, percent(points, p -> p.accuracy().interval().high()))
                .addReference(
                        "95 % interval, lower end",
                        x, percent(points, p -> p.accuracy().interval().low()))
                .build();
    }

    private String normName() {
        return report.ball().norm().name().toLowerCase(Locale.ROOT);
    }

    private static double certified(CurvePoint point) {
        Accuracy certified = point.certified();
        return certified == null ? Double.NaN : certified.share();
    }

    private static double[] percent(List<CurvePoint> points, ToDoubleFunction<CurvePoint> share) {
        return points.stream().mapToDouble(p -> 100 * share.applyAsDouble(p)).toArray();
    }

    private Table curveTable() {
        boolean exact = report.certificate().isPresent();
        Table.Builder table =
                Table.builder()
                        .optTitle("Accuracy at each epsilon")
                        .addColumn("Epsilon", Align.RIGHT)
                        .addColumn("Accuracy", Align.RIGHT)
                        .addColumn("95 % interval", Align.RIGHT);
        if (exact) {
            table.addColumn("Certified, exact", Align.RIGHT);
        }
        for (CurvePoint point : report.curve()) {
            String epsilon = Numbers.digits(point.epsilon());
            String share = Numbers.percent(point.accuracy().share());
            String interval = Numbers.percent(point.accuracy().interval());
            Row row =
                    exact
                            ? Row.of(epsilon, share, interval, Numbers.percent(certified(point)))
                            : Row.of(epsilon, share, interval);
            table.addRow(point.epsilon() == report.ball().epsilon() ? row.highlight() : row);
        }
        return table.build();
    }

    private void perClass(Report.Builder page) {
        List<ClassScore> classes = report.perClass();
        if (classes.size() > MOST_CLASSES) {
            return;
        }
        page.add(
                BarChart.builder()
                        .setTitle("Accuracy by class")
                        .setValueTitle("Accuracy (%)")
                        .setCategories(
                                classes.stream()
                                        .map(c -> "Class " + c.label())
                                        .toArray(String[]::new))
                        .optDecimals(1)
                        .addSeries("Clean", shares(classes, ClassScore::clean))
                        .addSeries("Worst case", shares(classes, ClassScore::robust))
                        .build());
    }

    private static double[] shares(
            List<ClassScore> classes, Function<ClassScore, Accuracy> accuracy) {
        return classes.stream().mapToDouble(c -> 100 * accuracy.apply(c).share()).toArray();
    }

    private String trust() {
        return "A model can seem robust because the attacks can't find their way: its gradients are"
                + " masked. Then a better attack breaks it after all. These are the known signs;"
                + " the figures are measured on a part of the examples that are classified"
                + " correctly.";
    }

    private Table checklist() {
        Table.Builder table =
                Table.builder()
                        .addColumn("Line", Align.RIGHT)
                        .addColumn("Expected")
                        .addColumn("Verdict", Align.CENTER)
                        .addColumn("Measured");
        for (ChecklistLine line : report.checklist().lines()) {
            Row row =
                    Row.of(
                            String.valueOf(line.item().number()),
                            line.item().title(),
                            line.verdict().name().toLowerCase(Locale.ROOT),
                            line.measured());
            table.addRow(
                    switch (line.verdict()) {
                        case FAIL -> row.highlight();
                        case WARN -> row.highlightCell(2);
                        case PASS, SKIPPED -> row;
                    });
        }
        return table.build();
    }

    private void suspects(Report.Builder page) {
        for (ChecklistLine line : report.checklist().lines()) {
            if (line.verdict() == Verdict.FAIL || line.verdict() == Verdict.WARN) {
                page.addText(
                        "Line "
                                + line.item().number()
                                + ": "
                                + line.item().why()
                                + " "
                                + line.item().remedy());
            }
        }
    }

    private void convergence(Report.Builder page) {
        List<StepPoint> points =
                report.convergence().stream().filter(p -> Double.isFinite(p.margin())).toList();
        if (points.size() < 2) {
            return;
        }
        page.add(
                LineChart.builder()
                        .setTitle("Mean margin over the steps of PGD")
                        .optCaption(
                                "How far the label is ahead of the best other class, at the worst"
                                        + " input found. Flat at the end: more steps would find no"
                                        + " more.")
                        .setXAxis("Steps")
                        .setYAxis("Mean margin (logits)")
                        .addSeries(
                                "PGD on the margin",
                                points.stream().mapToDouble(StepPoint::steps).toArray(),
                                points.stream().mapToDouble(StepPoint::margin).toArray())
                        .build());
    }
}
