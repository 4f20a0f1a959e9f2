package io.github.gradkit.examples.advtrain;

import io.github.gradkit.advtrain.evaluate.Accuracy;
import io.github.gradkit.advtrain.evaluate.WilsonInterval;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The results in words. */
final class Findings {

    private Findings() {}

    /** Says which model stands up best. */
    static String summary(Result result) {
        Evaluated best =
                result.models().stream()
                        .max(Comparator.comparingDouble(Findings::robust))
                        .orElseThrow();
        List<Evaluated> flagged =
                result.models().stream().filter(model -> model.report().flagged()).toList();
        String doubt =
                flagged.isEmpty()
                        ? ""
                        : " The checklist found reasons not to trust the figures of: "
                                + String.join(
                                        ", ",
                                        flagged.stream()
                                                .map(model -> model.method().title())
                                                .toList())
                                + ". The report says why.";
        return best(best) + doubt;
    }

    private static String best(Evaluated best) {
        if (best.under(Experiment.AUTO).correct() == 0) {
            return "AutoAttack breaks every image on every model. Train for longer, on more images,"
                    + " or with a smaller --eps.";
        }
        return String.format(
                Locale.ROOT,
                "Under AutoAttack, %s training keeps the most images right: %s %%, of %s %% without"
                        + " an attack.",
                best.method().title(),
                ResultText.percent(best.under(Experiment.AUTO)),
                ResultText.percent(best.report().clean()));
    }

    private static double robust(Evaluated model) {
        return model.under(Experiment.AUTO).share();
    }

    /** Says how exact the figures are. */
    static String uncertainty(Result result) {
        Accuracy any = result.models().get(0).under(Experiment.AUTO);
        double widest =
                result.models().stream()
                        .map(model -> model.under(Experiment.AUTO).interval())
                        .mapToDouble(Findings::halfWidth)
                        .max()
                        .orElse(0);
        return String.format(
                Locale.ROOT,
                "With %d test images, a figure is uncertain by up to %.1f points (95 %%"
                        + " confidence).",
                any.total(),
                100 * widest);
    }

    private static double halfWidth(WilsonInterval interval) {
        return (interval.high() - interval.low()) / 2;
    }
}
