package io.github.gradkit.advtrain.evaluate;

import io.github.gradkit.report.Align;
import io.github.gradkit.report.LineChart;
import io.github.gradkit.report.Report;
import io.github.gradkit.report.Row;
import io.github.gradkit.report.Table;
import java.util.List;
import java.util.Locale;

/** The part of the page about the checklist. */
final class ChecklistSection {

    private static final String TRUST =
            "A model can seem robust because the attacks can't find their way: its gradients are"
                + " masked. Then a better attack breaks it after all. These are the known signs;"
                + " the figures are measured on a part of the examples that are classified"
                + " correctly.";

    private final RobustnessReport report;

    private ChecklistSection(RobustnessReport report) {
        this.report = report;
    }

    static void add(Report.Builder page, RobustnessReport report) {
        ChecklistSection section = new ChecklistSection(report);
        page.addHeading("Can the figures be trusted?").addText(TRUST).add(section.checklist());
        section.suspects(page);
        section.convergence(page);
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
