package io.github.gradkit.learninit.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;

/**
 * Random numbers of our own: the engine has one random state for the whole process, which training
 * uses and which can't be put back.
 */
public final class Draws {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private Draws() {}

    /**
     * Draws uniformly from 0, included, to 1, excluded.
     *
     * @param manager owns the array
     * @param shape the shape
     * @param seed decides the numbers
     * @return the numbers, float32
     */
    public static NDArray uniform(NDManager manager, Shape shape, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] numbers = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextInt(1 << 24) * 0x1p-24f;
        }
        return manager.create(numbers, shape);
    }

    /**
     * Makes one of many seeds from one.
     *
     * @param seed the seed
     * @param index which one; 0 gives the seed itself
     * @return a seed whose numbers have nothing in common with those of other indices
     */
    public static long seed(long seed, long index) {
        return index == 0 ? seed : new SplittableRandom(seed + index * GOLDEN).nextLong();
    }
}
