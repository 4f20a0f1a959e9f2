package io.github.gradkit.advtrain.evaluate;

import io.github.gradkit.advtrain.attack.Ledger;
import io.github.gradkit.report.Align;
import io.github.gradkit.report.BarChart;
import io.github.gradkit.report.Figure;
import io.github.gradkit.report.Report;
import io.github.gradkit.report.Row;
import io.github.gradkit.report.Table;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A report as a page. */
final class ReportPage {

    private static final int MOST_CLASSES = 20;

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
        CurveSection.add(page, report);
        perClass(page);
        ChecklistSection.add(page, report);
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
                unbroken(name),
                Numbers.percent(accuracy.share()),
                Numbers.percent(accuracy.interval()),
                Numbers.percent(worst.share()),
                ran ? perExample(ledger.backward()) : "",
                ran ? perExample(ledger.queries()) : "",
                ran ? String.valueOf(ledger.zeroGradients() + ledger.nanGradients()) : "",
                seconds);
    }

    /** Keeps a name on one line. */
    private static String unbroken(String name) {
        return name.replace('-', '\u2011').replace(' ', '\u00a0');
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
}
