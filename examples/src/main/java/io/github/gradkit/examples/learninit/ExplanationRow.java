package io.github.gradkit.examples.learninit;

import io.github.gradkit.examples.evaluation.Measured;
import io.github.gradkit.learninit.explain.Contrast;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What came of a way to explain images on all seeds.
 *
 * @param key what was done
 * @param trials one for each seed
 */
record ExplanationRow(Key key, List<ExplanationTrial> trials) {

    /**
     * A way to explain images.
     *
     * @param contrast what is explained
     * @param access what may be asked of the classifier
     * @param way where searches start
     */
    record Key(Contrast contrast, Access access, Way way) {

        /** What is explained, and by what. */
        String group() {
            String what = contrast == Contrast.NEGATIVE ? "Negatives" : "Positives";
            return what + ", " + access.title();
        }
    }

    /** The mean of a figure over the seeds that have it; not a number if none has. */
    Measured measured(ToDoubleFunction<ExplanationTrial> figure) {
        List<Double> numbers =
                trials.stream().mapToDouble(figure).filter(Double::isFinite).boxed().toList();
        return numbers.isEmpty() ? new Measured(Double.NaN, Double.NaN) : Measured.of(numbers);
    }

    Measured ofZero() {
        return measured(ExplanationTrial::ofZero);
    }

    /** Whether half of the iterations are enough beyond chance. */
    boolean isSurelyTwiceAsFast() {
        return ofZero().mean() + ofZero().half() <= 0.5;
    }

    /** A figure in words. */
    String text(ToDoubleFunction<ExplanationTrial> figure, int digits) {
        Measured measured = measured(figure);
        return Double.isNaN(measured.mean()) ? "none" : measured.text(digits);
    }

    /** The mean of a figure alone, in words. */
    String meanText(ToDoubleFunction<ExplanationTrial> figure, int digits) {
        Measured measured = measured(figure);
        return Double.isNaN(measured.mean())
                ? "none"
                : new Measured(measured.mean(), Double.NaN).text(digits);
    }

    /** A share in words. */
    String percent(ToDoubleFunction<ExplanationTrial> share) {
        return text(trial -> 100 * share.applyAsDouble(trial), 0);
    }
}
