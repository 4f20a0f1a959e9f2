package io.github.gradkit.examples.hyperopt;

import io.github.gradkit.examples.cli.Wrapped;
import java.io.PrintWriter;
import java.util.Locale;

/** What a grid prints. */
final class GridText {

    private final GridResult grid;
    private final GridFindings findings;
    private final PrintWriter out;

    GridText(GridResult grid, PrintWriter out) {
        this.grid = grid;
        this.findings = new GridFindings(grid);
        this.out = out;
    }

    void print() {
        out.println(findings.data());
        wrapped(findings.training());
        out.println();
        for (BaseKind base : grid.settings().bases()) {
            errors(base);
        }
        wrapped(findings.legend());
        out.println();
        if (!grid.reruns().isEmpty()) {
            reruns();
            wrapped(findings.constants());
            out.println();
        }
        grid.settings().bases().forEach(base -> wrapped(findings.reading(base)));
        out.println();
    }

    private void errors(BaseKind base) {
        out.println("Test error (%) with base " + base.title() + ", by initial learning rate");
        StringBuilder head = new StringBuilder("height");
        grid.settings().rates().forEach(rate -> head.append(cell(Numbers.rate(rate))));
        out.println(head + "  spread usable");
        for (int height : grid.settings().heights()) {
            StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-6d", height));
            grid.row(base, height).forEach(run -> line.append(cell(error(run.end()))));
            out.printf(
                    Locale.ROOT,
                    "%s %7.3f %6d%n",
                    line,
                    grid.spread(base, height),
                    grid.usable(base, height));
        }
        out.println();
    }

    private static String cell(String text) {
        return String.format(Locale.ROOT, "%7s", text);
    }

    static String error(Trained end) {
        return end.diverged() ? "div" : Numbers.percent(end.testError());
    }

    private void reruns() {
        out.println("The best run of each tower by training loss, and a rerun with its constants");
        out.printf("%-11s %7s %7s %7s  %s%n", "tower", "start", "error", "rerun", "constants");
        for (Rerun rerun : grid.reruns()) {
            GridRun run = rerun.run();
            out.printf(
                    "%-11s %7s %7s %7s  %s%n",
                    run.base().title() + ", " + run.height(),
                    Numbers.rate(run.rate()),
                    error(run.end()),
                    error(rerun.end()),
                    run.learnedBase());
        }
    }

    private void wrapped(String text) {
        Wrapped.print(text, out);
    }
}
