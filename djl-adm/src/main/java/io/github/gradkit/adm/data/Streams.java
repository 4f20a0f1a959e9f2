package io.github.gradkit.adm.data;

import java.util.Random;

/**
 * Streams of random numbers that depend on their keys only.
 *
 * <p>{@link Random} gives the same numbers everywhere. The keys go through the finaliser of
 * SplitMix64, so that close ones give streams that have nothing in common.
 */
final class Streams {

    private Streams() {}

    static Random of(long seed, long... keys) {
        long state = mixed(seed);
        for (long key : keys) {
            state = mixed(state + key);
        }
        return new Random(state);
    }

    static double uniform(Random random, double from, double to) {
        return from + (to - from) * random.nextDouble();
    }

    private static long mixed(long key) {
        long z = key + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
