package io.github.gradkit.examples.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The area under the receiver operating characteristic. */
public final class RocAuc {

    private RocAuc() {}

    /**
     * Computes the probability that a positive example has a higher score than a negative one.
     *
     * <p>Equal scores count one half (mid-ranks). Cost: one sort.
     *
     * @param scores one score per example, none of them NaN
     * @param positive which examples are positive; at least one must be and one must not
     * @return the area, 0 to 1; 0.5 is chance
     */
    public static double of(double[] scores, boolean[] positive) {
        if (scores.length != positive.length) {
            throw new IllegalArgumentException(
                    "There must be one score per example, got "
                            + scores.length
                            + " scores and "
                            + positive.length
                            + " examples");
        }
        if (Arrays.stream(scores).anyMatch(Double::isNaN)) {
            throw new IllegalArgumentException("A score is NaN, so the examples can't be ranked");
        }
        long positives = IntStream.range(0, positive.length).filter(i -> positive[i]).count();
        long negatives = positive.length - positives;
        if (positives == 0 || negatives == 0) {
            throw new IllegalArgumentException(
                    "The area under the curve needs positive and negative examples, got "
                            + positives
                            + " positive of "
                            + positive.length);
        }
        double smallest = positives * (positives + 1) / 2.0;
        return (positiveRankSum(scores, positive) - smallest) / ((double) positives * negatives);
    }

    private static double positiveRankSum(double[] scores, boolean[] positive) {
        int[] order = ascending(scores);
        double sum = 0;
        int first = 0;
        while (first < order.length) {
            int end = first + 1;
            while (end < order.length && same(scores[order[end]], scores[order[first]])) {
                end++;
            }
            double rank = (first + 1 + end) / 2.0;
            for (int i = first; i < end; i++) {
                sum += positive[order[i]] ? rank : 0;
            }
            first = end;
        }
        return sum;
    }

    private static int[] ascending(double[] scores) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> scores[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Unlike {@link Double#compare}, zero equals minus zero. */
    private static boolean same(double a, double b) {
        return a == b;
    }
}
