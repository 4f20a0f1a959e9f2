package io.github.gradkit.examples.gdat;

import java.util.Locale;
import java.util.stream.LongStream;

/**
 * What the user chose.
 *
 * @param steps the largest number of steps
 * @param stepSize eta
 * @param a how far the tuned radius stays away from the largest one
 * @param seed decides the random data
 */
record Settings(long steps, double stepSize, double a, long seed) {

    private static final int FEWEST = 100;
    private static final int PER_DECADE = 4;
    private static final double LEAST_SHARE = 0.1;

    /**
     * Returns the powers of ten up to the largest number of steps, which is added if it is none.
     */
    long[] decades() {
        LongStream powers =
                LongStream.iterate(FEWEST, t -> t < steps && t <= Long.MAX_VALUE / 10, t -> 10 * t);
        return LongStream.concat(powers, LongStream.of(steps)).toArray();
    }

    /** Returns the decades and numbers between them, evenly on a logarithmic axis. */
    long[] grid() {
        LongStream between =
                LongStream.iterate(0, k -> k + 1)
                        .map(k -> Math.round(FEWEST * Math.pow(10, k / (double) PER_DECADE)))
                        .takeWhile(t -> t < steps);
        return LongStream.concat(between, LongStream.of(steps)).toArray();
    }

    /** Returns gamma - a ln T / sqrt T, but at least a tenth of gamma. */
    double tunedRadius(double gamma, long steps) {
        double t = (double) steps;
        return Math.max(LEAST_SHARE * gamma, gamma - a * Math.log(t) / Math.sqrt(t));
    }

    String describe() {
        return String.format(
                Locale.ROOT,
                "exponential loss, step size %s, c tuned to T: gamma - %s ln T / sqrt T",
                stepSize,
                a);
    }
}
