package io.github.gradkit.examples.adm;

import io.github.gradkit.examples.cli.Wrapped;
import java.io.PrintWriter;
import java.util.Locale;

/** The results as short tables. */
final class ResultText {

    private ResultText() {}

    static void print(Result result, PrintWriter out) {
        Wrapped.print(heading(result), out);
        out.println();
        out.println("Each method at its best lambda (energies per pixel, mean IoU in %)");
        out.printf(
                Locale.ROOT,
                "%-14s %6s %15s %8s %10s %11s %6s%n",
                "method",
                "lambda",
                "energy",
                "relaxed",
                "train IoU",
                "test IoU",
                "sec");
        for (Outcome outcome : result.best()) {
            out.printf(
                    Locale.ROOT,
                    "%-14s %6s %15s %8.4f %10s %11s %6.1f%n",
                    outcome.method().id(),
                    lambda(outcome),
                    outcome.energy().text(4),
                    outcome.relaxed().mean(),
                    Findings.percent(outcome.trainMiou()),
                    Findings.percent(outcome.miou()),
                    outcome.seconds().mean());
        }
        out.println();
        printEqual(result, out);
        for (String sentence : Findings.of(result)) {
            Wrapped.print(sentence, out);
        }
        out.println();
        Wrapped.print(explanation(result), out);
    }

    private static void printEqual(Result result, PrintWriter out) {
        out.println("Energy at equal lambda");
        out.printf("%-8s %15s %15s %15s%n", "lambda", "gd-grid", "gd-tv", "adm");
        for (double lambda : result.settings().lambdas()) {
            out.printf(
                    "%-8s %15s %15s %15s%n",
                    Findings.number(lambda),
                    result.of(Method.GD_GRID, lambda).energy().text(4),
                    result.of(Method.GD_TV, lambda).energy().text(4),
                    result.of(Method.ADM, lambda).energy().text(4));
        }
        out.println();
    }

    static String lambda(Outcome outcome) {
        return outcome.lambda() == 0 ? "none" : Findings.number(outcome.lambda());
    }

    static String heading(Result result) {
        SegmentationData data = result.data().get(0);
        return String.format(
                Locale.ROOT,
                "%s: %d training, %d validation and %d test images, %d labels, %.2f %% of the"
                        + " pixels scribbled",
                result.source(),
                data.train().size(),
                data.validation().size(),
                data.test().size(),
                data.labels(),
                100 * result.labelledShare());
    }

    static String explanation(Result result) {
        Settings settings = result.settings();
        String chance =
                settings.repetitions() == 1
                        ? "One seed; use more for intervals."
                        : "Means over "
                                + settings.repetitions()
                                + " seeds, which decide the images or how they are split, and the"
                                + " first weights, ± half of a 95 % confidence interval.";
        return chance
                + " Methods with a lambda minimise cross entropy and lambda times the grid energy,"
                + " each in its own form. All train for "
                + settings.epochs()
                + " epochs from the same weights, those after "
                + settings.pretrainEpochs()
                + " epochs with scribbles alone. Energy: of the labels with the highest scores on"
                + " training images; relaxed: the bilinear relaxation at the probabilities. The"
                + " best lambda is that of the highest mean IoU on validation images."
                + (settings.lambdas().size() > 1
                        ? " gd-quadratic was tried at the highest lambda only, adm-restricted and"
                                + " adm-robust at the best of adm."
                        : "")
                + cuts(settings.cuts());
    }

    /** Tells what is not as usual. */
    private static String cuts(Settings.Cuts cuts) {
        StringBuilder text = new StringBuilder();
        if (cuts.gamma() != 1) {
            text.append(" The tie between the network and what cuts find weighs ")
                    .append(Findings.number(cuts.gamma()))
                    .append('.');
        }
        if (cuts.relabelEvery() > 0) {
            text.append(" Cuts label all images before the first epoch and after every ")
                    .append(cuts.relabelEvery() == 1 ? "" : cuts.relabelEvery() + " ")
                    .append(cuts.relabelEvery() == 1 ? "one." : "epochs.");
        }
        if (cuts.anneal()) {
            text.append(" For cuts lambda grows from 0 to its full weight at the end.");
        }
        return text.toString();
    }
}
