package io.github.gradkit.examples.data;

import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/**
 * Labels of which some were replaced by wrong ones on purpose.
 *
 * @param labels the labels after the flips
 * @param flipped which labels were replaced
 * @param count how many were replaced
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record LabelFlips(int[] labels, boolean[] flipped, int count) {

    /**
     * Flips labels to another class, each with the same probability.
     *
     * @param labels the right labels, from 0
     * @param classes the number of classes, at least 2
     * @param rate the share of labels to flip, 0 to 1; the count is rounded to the nearest
     * @param seed decides which labels, and to what
     * @return the flipped labels
     */
    public static LabelFlips uniform(int[] labels, int classes, double rate, long seed) {
        if (classes < 2) {
            throw new IllegalArgumentException(
                    "A label can only be flipped with 2 classes or more, got " + classes);
        }
        SplittableRandom random = new SplittableRandom(seed);
        long choiceSeed = random.nextLong();
        return flip(
                labels,
                rate,
                choiceSeed,
                i -> {
                    int other = random.nextInt(classes - 1);
                    return other < labels[i] ? other : other + 1;
                });
    }

    /**
     * Flips labels to the wrong class that a model finds most likely.
     *
     * @param labels the right labels, from 0
     * @param scores for each example one score per class, at least 2; higher is more likely
     * @param rate the share of labels to flip, 0 to 1; the count is rounded to the nearest
     * @param seed decides which labels
     * @return the flipped labels
     */
    public static LabelFlips confusable(int[] labels, float[][] scores, double rate, long seed) {
        if (scores.length != labels.length) {
            throw new IllegalArgumentException(
                    "There must be scores for each of the "
                            + labels.length
                            + " examples, got "
                            + scores.length);
        }
        long choiceSeed = new SplittableRandom(seed).nextLong();
        return flip(labels, rate, choiceSeed, i -> bestOther(scores[i], labels[i]));
    }

    private static LabelFlips flip(
            int[] labels, double rate, long choiceSeed, IntUnaryOperator wrongLabel) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException("The flip rate must lie in 0 to 1, got " + rate);
        }
        int count = (int) Math.round(rate * labels.length);
        int[] spoiled = labels.clone();
        boolean[] flipped = new boolean[labels.length];
        for (int i : Sampling.choose(labels.length, count, choiceSeed)) {
            spoiled[i] = wrongLabel.applyAsInt(i);
            flipped[i] = true;
        }
        return new LabelFlips(spoiled, flipped, count);
    }

    private static int bestOther(float[] scores, int label) {
        int best = -1;
        for (int c = 0; c < scores.length; c++) {
            if (c != label && (best < 0 || scores[c] > scores[best])) {
                best = c;
            }
        }
        if (best < 0) {
            throw new IllegalArgumentException(
                    "A label can only be flipped with 2 classes or more, got " + scores.length);
        }
        return best;
    }
}
