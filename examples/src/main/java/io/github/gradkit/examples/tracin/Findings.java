package io.github.gradkit.examples.tracin;

import io.github.gradkit.examples.data.ImageSet;
import io.github.gradkit.tracin.Influence;
import java.util.Locale;

/** Sentences and names that the text and the report have in common. */
final class Findings {

    /** Areas under the curve closer than this are called about equal. */
    private static final double ABOUT_EQUAL = 0.01;

    static final String SIGN_CONVENTION =
            "Positive = proponent: training on it lowered the loss of the test image."
                    + " Negative = opponent: training on it raised that loss.";

    private Findings() {}

    /** Says honestly what self-influence gains over the much cheaper loss. */
    static String comparisonWithLoss(Settings settings, Outcome outcome) {
        Ranking self = outcome.ranking(Method.SELF_INFLUENCE);
        Ranking loss = outcome.ranking(Method.LOSS);
        double gain = self.auc() - loss.auc();
        String verdict =
                Math.abs(gain) < ABOUT_EQUAL
                        ? "a ranking by loss alone is about as good as self-influence"
                        : gain > 0
                                ? "self-influence is better than a ranking by loss alone"
                                : "a ranking by loss alone is better than self-influence";
        return String.format(
                Locale.ROOT,
                "With %s flips %s here: ROC AUC %.4f (loss) and %.4f (self-influence), found in the"
                        + " first 20 %%: %s and %s.",
                settings.flip(),
                verdict,
                loss.auc(),
                self.auc(),
                percent(loss.foundWithinPercent(20)),
                percent(self.foundWithinPercent(20)));
    }

    static String suggestions(Outcome outcome) {
        return String.format(
                Locale.ROOT,
                "The class that the final model prefers is the right label of %d of the %d flipped"
                        + " examples (%s).",
                outcome.rightSuggestions(),
                outcome.flips().count(),
                percent(outcome.rightSuggestionShare()));
    }

    static String data(Settings settings, Outcome outcome) {
        return String.format(
                Locale.ROOT,
                "%s: %d training and %d test images; %d training labels flipped (%s, %s), seed %d",
                settings.dataset(),
                outcome.train().size(),
                outcome.test().size(),
                outcome.flips().count(),
                percent(settings.flipRate()),
                settings.flip(),
                settings.seed());
    }

    static String training(Settings settings, Outcome outcome) {
        return String.format(
                Locale.ROOT,
                "%s; SGD, learning rate %s, %d epochs of batches of %d; %d checkpoints",
                settings.model().describe(outcome.train().format()),
                settings.learningRate(),
                settings.epochs(),
                settings.batchSize(),
                outcome.checkpoints().size());
    }

    /** Names a class: its number, and its word if it has one. */
    static String className(ImageSet images, int label) {
        return images.format().classNames().get(label);
    }

    static String given(Outcome outcome, int trainIndex) {
        return className(outcome.train(), outcome.flips().labels()[trainIndex]);
    }

    static String right(Outcome outcome, int trainIndex) {
        return className(outcome.train(), outcome.train().label(trainIndex));
    }

    static boolean flipped(Outcome outcome, Influence influence) {
        return outcome.flips().flipped()[influence.index()];
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
