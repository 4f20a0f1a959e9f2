package io.github.gradkit.examples.data;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Random choices, each decided by a seed. */
final class Sampling {

    private Sampling() {}

    /** Chooses {@code count} of the indices below {@code size}; the result is sorted. */
    static int[] choose(int size, int count, long seed) {
        int[] indices = IntStream.range(0, size).toArray();
        shuffle(indices, new SplittableRandom(seed));
        int[] chosen = Arrays.copyOf(indices, count);
        Arrays.sort(chosen);
        return chosen;
    }

    static void shuffle(int[] values, SplittableRandom random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int value = values[i];
            values[i] = values[j];
            values[j] = value;
        }
    }
}
