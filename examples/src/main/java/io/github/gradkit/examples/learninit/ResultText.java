package io.github.gradkit.examples.learninit;

import io.github.gradkit.examples.cli.Wrapped;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The results as short tables. */
final class ResultText {

    private ResultText() {}

    static void print(Settings settings, List<Outcome> outcomes, PrintWriter out) {
        for (Outcome outcome : outcomes) {
            outcome.forms().forEach(form -> print(form, out));
            outcome.materials().forEach(material -> material.print(out));
        }
        Wrapped.print(explanation(settings), out);
        out.println();
    }

    static String explanation(Settings settings) {
        String chance =
                settings.repetitions() == 1
                        ? "One seed; use more for intervals."
                        : "Means over "
                                + settings.repetitions()
                                + " seeds, each with data and training of its own, ± half of a 95 %"
                                + " confidence interval.";
        return chance
                + " Steps: until the value is within 1 % of the best that a start without learning"
                + " reaches, or on how many seeds it is; those the start takes itself count."
                + " Seconds: of the start and of solving, and once and for all of training, the"
                + " data for it included.";
    }

    private static void print(Outcome outcome, PrintWriter out) {
        ProblemKind kind = outcome.kind();
        out.println(outcome.form().title());
        out.printf(
                Locale.ROOT,
                "%-17s%18s  %15s  %8s  %8s%n",
                "start",
                kind.valueTitle(),
                "steps",
                "solve(s)",
                "train(s)");
        for (StartOutcome start : outcome.starts()) {
            out.printf(
                    Locale.ROOT,
                    "%-17s%18s  %15s  %8.2f  %8s%n",
                    start.name(),
                    start.value().text(4),
                    outcome.stepsText(start),
                    start.seconds(),
                    start.role() == Role.LEARNED
                            ? String.format(Locale.ROOT, "%.1f", start.trainingSeconds())
                            : "");
        }
        for (String sentence : Findings.of(outcome)) {
            Wrapped.print(sentence, out);
        }
        out.println();
    }
}
