package io.github.gradkit.advtrain.attack;

import java.util.Arrays;

/** After which steps APGD looks back. */
final class Checkpoints {

    private static final int FIRST_PERCENT = 22;
    private static final int SHRINK_PERCENT = 3;
    private static final int SHORTEST_PERCENT = 6;
    private static final int SPARSE_PERCENT = 4;

    private Checkpoints() {}

    /**
     * Returns the lengths of the periods between looks: 0.22 of all steps, then 0.03 of them less
     * each time, down to 0.06.
     *
     * @param steps the number of steps, 1 or more
     * @return lengths of at least 1, with a sum of at most {@code steps}
     */
    static int[] shrinking(int steps) {
        return periods(
                steps,
                share(FIRST_PERCENT, steps),
                share(SHRINK_PERCENT, steps),
                share(SHORTEST_PERCENT, steps));
    }

    /** Returns periods of 0.04 of all steps. */
    static int[] even(int steps) {
        int length = share(SPARSE_PERCENT, steps);
        return periods(steps, length, 0, length);
    }

    private static int share(long percent, int steps) {
        return Math.max(1, Math.toIntExact(percent * steps / 100));
    }

    private static int[] periods(int steps, int first, int shrink, int shortest) {
        int[] lengths = new int[steps];
        int count = 0;
        int left = steps;
        for (int length = first; length <= left; length = Math.max(length - shrink, shortest)) {
            lengths[count++] = length;
            left -= length;
        }
        return Arrays.copyOf(lengths, count);
    }
}
