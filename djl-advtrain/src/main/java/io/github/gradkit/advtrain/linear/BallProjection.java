package io.github.gradkit.advtrain.linear;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Euclidean projections on norm balls and on the simplex. */
final class BallProjection {

    private static final int MAX_ITERATIONS = 200;

    private BallProjection() {}

    static double[] project(double[] v, LqNorm norm, double radius) {
        if (norm.norm(v) <= radius) {
            return v.clone();
        }
        if (radius == 0) {
            return new double[v.length];
        }
        if (norm.q() == 1) {
            double threshold = threshold(absolute(v), radius);
            return map(v, a -> Math.max(a - threshold, 0));
        }
        if (norm.q() == 2) {
            return Vectors.scaled(v, radius / norm.norm(v));
        }
        if (norm.q() == Double.POSITIVE_INFINITY) {
            return map(v, a -> Math.min(a, radius));
        }
        return general(v, norm.q(), radius);
    }

    /** Projects on the vectors that are not negative and sum to 1. */
    static double[] simplex(double[] v) {
        double threshold = threshold(v, 1);
        return Arrays.stream(v).map(value -> Math.max(value - threshold, 0)).toArray();
    }

    /** Returns the t with {@code sum max(v_i - t, 0) = total}. */
    private static double threshold(double[] v, double total) {
        double[] sorted = v.clone();
        Arrays.sort(sorted);
        double sum = -total;
        double threshold = 0;
        for (int k = 1; k <= sorted.length; k++) {
            double next = sorted[sorted.length - k];
            sum += next;
            if (next <= sum / k) {
                break;
            }
            threshold = sum / k;
        }
        return threshold;
    }

    /**
     * Solves {@code x + m x^(q-1) = |v|} in each coordinate, with the multiplier m for which x lies
     * on the surface. Divided by the radius, so that no power overflows: the multiplier is then at
     * most d times the largest value, since one coordinate of x is at least {@code d^(-1/q)}.
     */
    private static double[] general(double[] v, double q, double radius) {
        double[] a = Vectors.scaled(absolute(v), 1 / radius);
        double low = 0;
        double high = a.length * Vectors.norm(a, Double.POSITIVE_INFINITY);
        double m = 0;
        double[] x = a;
        for (int i = 0; i < MAX_ITERATIONS; i++) {
            double excess = excess(x, q);
            if (excess > 0) {
                low = m;
            } else {
                high = m;
            }
            double next = m - excess / slope(x, q, m);
            // Newton's method, kept within the bracket.
            next = next > low && next < high ? next : (low + high) / 2;
            if (Math.abs(next - m) <= Math.ulp(m)) {
                break;
            }
            m = next;
            x = coordinates(a, m, q - 1);
        }
        // What rounding left outside is scaled back.
        double shrink = Math.min(1, 1 / Vectors.norm(x, q)) * radius;
        double[] result = new double[v.length];
        for (int i = 0; i < v.length; i++) {
            result[i] = Math.copySign(shrink * x[i], v[i]);
        }
        return result;
    }

    private static double excess(double[] x, double q) {
        return Arrays.stream(x).map(value -> Math.pow(value, q)).sum() - 1;
    }

    /** Returns the derivative of the excess by the multiplier. */
    private static double slope(double[] x, double q, double m) {
        double slope = 0;
        for (double value : x) {
            if (value > 0) {
                double power = Math.pow(value, q - 1);
                slope -= q * power * power / (1 + m * (q - 1) * power / value);
            }
        }
        return slope;
    }

    private static double[] coordinates(double[] a, double m, double s) {
        return Arrays.stream(a).map(value -> coordinate(value, m, s)).toArray();
    }

    /** Solves {@code x + m x^s = a}. For s below 1 in {@code y = x^s}, where it is convex too. */
    static double coordinate(double a, double m, double s) {
        if (a == 0 || m == 0) {
            return a;
        }
        if (s < 1) {
            return Math.min(a, Math.pow(coordinate(a / m, 1 / m, 1 / s), 1 / s));
        }
        // Both terms alone are at most a, so each gives a bound from the right, from where Newton's
        // method falls to the root of a convex function.
        double x = Math.min(a, Math.pow(a / m, 1 / s));
        for (int i = 0; i < MAX_ITERATIONS; i++) {
            double power = m * Math.pow(x, s - 1);
            double next = x - (x + power * x - a) / (1 + s * power);
            if (!(next < x) || next <= 0) {
                break;
            }
            x = next;
        }
        return x;
    }

    private static double[] absolute(double[] v) {
        return Arrays.stream(v).map(Math::abs).toArray();
    }

    private static double[] map(double[] v, DoubleUnaryOperator ofAbsoluteValue) {
        return Arrays.stream(v)
                .map(value -> Math.copySign(ofAbsoluteValue.applyAsDouble(Math.abs(value)), value))
                .toArray();
    }
}
