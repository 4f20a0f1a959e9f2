package io.github.gradkit.examples.tracin;

import io.github.gradkit.tracin.Influence;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** What a run prints. */
final class TextSummary {

    private static final String ROW = "%-16s %8s %10s %10s %10s%n";

    private final Settings settings;
    private final Outcome outcome;
    private final PrintWriter out;

    TextSummary(Settings settings, Outcome outcome, PrintWriter out) {
        this.settings = settings;
        this.outcome = outcome;
        this.out = out;
    }

    void print() {
        out.println(Findings.data(settings, outcome));
        out.println(Findings.training(settings, outcome));
        out.println("test accuracy " + Findings.percent(outcome.testAccuracy()));
        out.println();
        table();
        out.println();
        out.println(Findings.comparisonWithLoss(settings, outcome));
        out.println(Findings.suggestions(outcome));
        out.println();
        outcome.cases().forEach(this::explain);
        out.println(Findings.SIGN_CONVENTION);
        out.println();
        out.printf(
                Locale.ROOT,
                "%.1f s training, %.1f s analysis, %.1f s in all%n",
                outcome.seconds().get("train"),
                outcome.seconds().get("analysis"),
                outcome.seconds().get("total"));
        out.flush();
    }

    private void table() {
        out.println("Flipped labels found in the first part of a ranking of all training examples");
        out.printf(ROW, "ranking by", "ROC AUC", "10 %", "20 %", "30 %");
        outcome.rankings()
                .forEach(
                        (method, ranking) ->
                                row(
                                        method.toString(),
                                        String.format(Locale.ROOT, "%.4f", ranking.auc()),
                                        ranking));
        Ranking self = outcome.ranking(Method.SELF_INFLUENCE);
        row("(ideal)", "1.0000", new Ranking(1, self.curve().ideal()));
    }

    private void row(String name, String auc, Ranking ranking) {
        out.printf(
                ROW,
                name,
                auc,
                Findings.percent(ranking.foundWithinPercent(10)),
                Findings.percent(ranking.foundWithinPercent(20)),
                Findings.percent(ranking.foundWithinPercent(30)));
    }

    private void explain(Outcome.Case one) {
        int index = one.testIndex();
        out.printf(
                "Test image %d: label %s, predicted %s%n",
                index,
                Findings.className(outcome.test(), outcome.test().label(index)),
                Findings.className(outcome.test(), outcome.testLogits().predicted(index)));
        strongest("proponents", one.proponents());
        strongest("opponents", one.opponents());
    }

    private void strongest(String name, List<Influence> influences) {
        String title = name;
        for (Influence influence : influences) {
            out.printf(
                    Locale.ROOT,
                    "  %-11s %+10.4f  train %-6d given %s, right %s%s%n",
                    title,
                    influence.score(),
                    influence.index(),
                    Findings.given(outcome, influence.index()),
                    Findings.right(outcome, influence.index()),
                    Findings.flipped(outcome, influence) ? "  FLIPPED" : "");
            title = "";
        }
    }
}
