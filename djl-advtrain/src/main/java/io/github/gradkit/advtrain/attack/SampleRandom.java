package io.github.gradkit.advtrain.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Random numbers that belong to an example, not to its place in a batch.
 *
 * <p>A generator is keyed by a seed, the index of an example in its data set and the number of the
 * restart, and by nothing else: an example gets the same numbers whatever batch it is in, whoever
 * was attacked before it and whoever dropped out. The three are hashed to 64 bits, the state at
 * which a {@link SplittableRandom} starts; two keys that are close to each other give streams that
 * have nothing in common.
 */
public final class SampleRandom {

    private SampleRandom() {}

    /**
     * Returns the generator of one example.
     *
     * @param seed the seed of the run
     * @param example the index of the example in its data set
     * @param restart the number of the restart, from 0
     * @return a new generator, at its beginning; not safe for use by several threads at once
     */
    public static RandomGenerator of(long seed, long example, int restart) {
        return new SplittableRandom(hash(hash(hash(seed) + example) + restart));
    }

    /**
     * Returns the generators of the examples of a batch.
     *
     * @param seed the seed of the run
     * @param examples the indices of the examples in their data set
     * @param restart the number of the restart, from 0
     * @return one new generator per example, in the order given
     */
    public static List<RandomGenerator> of(long seed, long[] examples, int restart) {
        List<RandomGenerator> generators = new ArrayList<>(examples.length);
        for (long example : examples) {
            generators.add(of(seed, example, restart));
        }
        return List.copyOf(generators);
    }

    /** A bijection of 64 bits in which every input bit reaches every output bit. */
    private static long hash(long value) {
        long bits = value + 0xd1342543de82ef95L;
        bits = (bits ^ bits >>> 32) * 0xdaba0b6eb09322e3L;
        bits = (bits ^ bits >>> 32) * 0xdaba0b6eb09322e3L;
        return bits ^ bits >>> 32;
    }
}
