package io.github.gradkit.advtrain.linear;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Data that several tests use. */
final class Examples {

    static final List<LqNorm> NORMS =
            List.of(LqNorm.L1, LqNorm.of(1.5), LqNorm.L2, LqNorm.of(3), LqNorm.LINF);

    private Examples() {}

    /** Two points whose largest margin is {@code 1 / sqrt(5)}, in direction (1, 0). */
    static SignedData two() {
        double s = Math.sqrt(5);
        return SignedData.ofSigned(new double[] {1 / s, 2 / s}, new double[] {1 / s, -1 / s});
    }

    static SignedData three() {
        return SignedData.ofSigned(
                new double[] {.8, .5, .1}, new double[] {.3, .8, .3}, new double[] {.7, -.1, .5});
    }

    static SignedData one() {
        return SignedData.ofSigned(new double[] {.8, .6});
    }

    static double[] gaussian(SplittableRandom random, int size) {
        double[] v = new double[size];
        Arrays.setAll(v, i -> random.nextGaussian());
        return v;
    }

    /** Random points at least {@code 0.1 / sqrt(d)} away from a random plane through the origin. */
    static SignedData separable(long seed, int size, int dimension) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] w = gaussian(random, dimension);
        double norm = Vectors.norm2(w);
        double[][] points = new double[size][];
        int found = 0;
        while (found < size) {
            double[] x = gaussian(random, dimension);
            double margin = Vectors.dot(x, w) / norm;
            if (Math.abs(margin) >= .1 / Math.sqrt(dimension)) {
                points[found++] = Vectors.scaled(x, Math.signum(margin));
            }
        }
        return SignedData.ofSigned(points).scaleToUnit();
    }

    static double[][] rows(SignedData data) {
        double[][] rows = new double[data.size()][];
        Arrays.setAll(rows, data::point);
        return rows;
    }
}
