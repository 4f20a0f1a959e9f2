package io.github.gradkit.examples.hyperopt;

import io.github.gradkit.examples.cli.Versions;
import io.github.gradkit.report.Align;
import io.github.gradkit.report.Report;
import io.github.gradkit.report.Table;

/** The HTML report of the paper's table. */
final class PaperPage {

    private PaperPage() {}

    static Report build(PaperResult result) {
        return Report.builder()
                .setTitle("Table 1 of “Gradient Descent: The Ultimate Optimizer”")
                .optSubtitle(result.setting())
                .optLead(
                        "Each row is an optimizer, most of them tuned by another one while they"
                            + " train. The rerun is a second training, with the constants that the"
                            + " first one ended with.")
                .add(table(result))
                .addText(result.caveat(), result.reading())
                .optFooter(Versions.footer())
                .build();
    }

    private static Table table(PaperResult result) {
        Table.Builder table =
                Table.builder()
                        .optTitle("Test error (%) and learned constants")
                        .addColumn("Tower")
                        .addColumn("Error", Align.RIGHT)
                        .addColumn("Paper: error", Align.RIGHT)
                        .addColumn("Learned", Align.RIGHT)
                        .addColumn("Paper: learned", Align.RIGHT)
                        .addColumn("Rerun", Align.RIGHT)
                        .addColumn("Paper: rerun", Align.RIGHT);
        for (PaperResult.Line line : result.lines()) {
            PaperRow.Figures paper = line.row().paper();
            table.addRow(
                    line.row().name(),
                    line.error(),
                    paper.error(),
                    line.learnedText(),
                    paper.learned(),
                    line.rerun(),
                    paper.rerun());
        }
        return table.build();
    }
}
