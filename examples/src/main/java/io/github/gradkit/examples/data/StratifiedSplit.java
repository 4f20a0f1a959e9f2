package io.github.gradkit.examples.data;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A split into two parts with about equal shares of each class.
 *
 * @param train indices of the training part, ascending
 * @param test indices of the test part, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record StratifiedSplit(int[] train, int[] test) {

    /**
     * Splits at random.
     *
     * @param labels the class of each example, from 0
     * @param testShare the share of each class for the test part, rounded to whole examples;
     *     between 0 and 1
     * @param seed decides which examples
     * @return the split; every example is in exactly one part
     */
    public static StratifiedSplit of(int[] labels, double testShare, long seed) {
        if (!(testShare > 0 && testShare < 1)) {
            throw new IllegalArgumentException(
                    "The test share must lie between 0 and 1, got " + testShare);
        }
        SplittableRandom random = new SplittableRandom(seed);
        boolean[] isTest = new boolean[labels.length];
        int classes = Arrays.stream(labels).max().orElse(-1) + 1;
        for (int c = 0; c < classes; c++) {
            int label = c;
            int[] members =
                    IntStream.range(0, labels.length).filter(i -> labels[i] == label).toArray();
            Sampling.shuffle(members, random);
            int count = (int) Math.round(testShare * members.length);
            Arrays.stream(members, 0, count).forEach(i -> isTest[i] = true);
        }
        return new StratifiedSplit(
                IntStream.range(0, labels.length).filter(i -> !isTest[i]).toArray(),
                IntStream.range(0, labels.length).filter(i -> isTest[i]).toArray());
    }
}
