package io.github.gradkit.examples.advtrain;

import io.github.gradkit.advtrain.evaluate.Accuracy;
import io.github.gradkit.examples.cli.Wrapped;
import java.io.PrintWriter;
import java.util.Locale;

/** The results as a short table. */
final class ResultText {

    private ResultText() {}

    static void print(Result result, PrintWriter out) {
        Settings settings = result.settings();
        out.printf(
                Locale.ROOT,
                "%s, %d training and %d test images, %s of pixels from 0 to 1%n%n",
                settings.dataset(),
                result.data().train().size(),
                result.data().test().size(),
                settings.ball());
        out.println("Correct test images (%)");
        out.println("method    clean   FGSM  PGD-50x10  AutoAttack  training  checklist");
        for (Evaluated model : result.models()) {
            out.printf(
                    Locale.ROOT,
                    "%-8s  %5s  %5s  %9s  %10s  %6.1f s  %s%n",
                    model.method().title(),
                    percent(model.report().clean()),
                    percent(model.under(Experiment.FGSM)),
                    percent(model.under(Experiment.PGD)),
                    percent(model.under(Experiment.AUTO)),
                    model.trainSeconds(),
                    model.verdict());
        }
        out.println();
        Wrapped.print(Findings.summary(result), out);
        Wrapped.print(Findings.uncertainty(result), out);
    }

    static String percent(Accuracy accuracy) {
        return String.format(Locale.ROOT, "%.1f", 100 * accuracy.share());
    }
}
