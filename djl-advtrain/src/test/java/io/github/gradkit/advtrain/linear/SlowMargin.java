package io.github.gradkit.advtrain.linear;

import java.util.Arrays;

/**
 * The slow twin of {@link MarginSolver}: plain projected gradient descent over the weights of the
 * examples and the perturbation, with projections by bisection.
 */
final class SlowMargin {

    private static final int BISECTIONS = 100;

    private SlowMargin() {}

    /** Returns the shortest {@code sum_i lam_i z_i - delta}. */
    static double[] residual(double[][] z, LqNorm norm, double radius, int iterations) {
        int n = z.length;
        int d = z[0].length;
        double[] lam = new double[n];
        Arrays.fill(lam, 1.0 / n);
        double[] delta = new double[d];
        double step =
                1 / (1 + Arrays.stream(z).flatMapToDouble(Arrays::stream).map(v -> v * v).sum());
        for (int t = 0; t < iterations; t++) {
            double[] r = residual(z, lam, delta);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < d; j++) {
                    lam[i] -= step * z[i][j] * r[j];
                }
            }
            for (int j = 0; j < d; j++) {
                delta[j] += step * r[j];
            }
            lam = simplex(lam);
            delta = ball(delta, norm, radius);
        }
        return residual(z, lam, delta);
    }

    private static double[] residual(double[][] z, double[] lam, double[] delta) {
        double[] r = new double[delta.length];
        for (int j = 0; j < r.length; j++) {
            r[j] = -delta[j];
            for (int i = 0; i < z.length; i++) {
                r[j] += lam[i] * z[i][j];
            }
        }
        return r;
    }

    static double[] simplex(double[] v) {
        double low = Arrays.stream(v).min().orElseThrow() - 1;
        double high = Arrays.stream(v).max().orElseThrow();
        for (int i = 0; i < BISECTIONS; i++) {
            double t = (low + high) / 2;
            double sum = Arrays.stream(v).map(value -> Math.max(value - t, 0)).sum();
            if (sum > 1) {
                low = t;
            } else {
                high = t;
            }
        }
        double t = high;
        return Arrays.stream(v).map(value -> Math.max(value - t, 0)).toArray();
    }

    /** For q of 1, 2 and infinity. */
    static double[] ball(double[] v, LqNorm norm, double radius) {
        if (norm.norm(v) <= radius) {
            return v;
        }
        if (norm.q() == 2) {
            return Arrays.stream(v).map(value -> value * radius / norm.norm(v)).toArray();
        }
        if (norm.q() == Double.POSITIVE_INFINITY) {
            return Arrays.stream(v).map(a -> Math.max(-radius, Math.min(radius, a))).toArray();
        }
        double low = 0;
        double high = norm.norm(v);
        for (int i = 0; i < BISECTIONS; i++) {
            double t = (low + high) / 2;
            if (norm.norm(softThreshold(v, t)) > radius) {
                low = t;
            } else {
                high = t;
            }
        }
        return softThreshold(v, high);
    }

    private static double[] softThreshold(double[] v, double t) {
        return Arrays.stream(v)
                .map(value -> Math.signum(value) * Math.max(Math.abs(value) - t, 0))
                .toArray();
    }
}
