package io.github.gradkit.examples.hyperopt;

import io.github.gradkit.examples.cli.Wrapped;
import java.io.PrintWriter;

/** What the paper's table prints. */
final class PaperText {

    private static final String ROW = "%-26s %-13s %-13s %s%n";

    private final PaperResult result;
    private final PrintWriter out;

    PaperText(PaperResult result, PrintWriter out) {
        this.result = result;
        this.out = out;
    }

    void print() {
        Wrapped.print(result.setting(), out);
        out.println();
        out.println("Test error (%) of each tower, and of a rerun with the constants it learned");
        out.printf(ROW, "tower", "error", "rerun", "learned");
        for (PaperResult.Line line : result.lines()) {
            PaperRow.Figures paper = line.row().paper();
            out.printf(ROW, line.row().name(), line.error(), line.rerun(), line.learnedText());
            out.printf(ROW, "     paper", paper.error(), paper.rerun(), paper.learned());
        }
        out.println();
        Wrapped.print(result.caveat(), out);
        Wrapped.print(result.reading(), out);
        out.println();
    }
}
