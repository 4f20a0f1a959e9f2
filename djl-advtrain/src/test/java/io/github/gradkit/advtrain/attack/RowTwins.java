package io.github.gradkit.advtrain.attack;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/** The geometry of one row, slow and as the formulas say. */
final class RowTwins {

    private RowTwins() {}

    static double norm(Norm norm, double[] u) {
        return switch (norm) {
            case L1 -> Arrays.stream(u).map(Math::abs).sum();
            case L2 -> Math.sqrt(dot(u, u));
            case LINF -> Arrays.stream(u).map(Math::abs).max().orElse(0);
        };
    }

    static double dualNorm(Norm norm, double[] g) {
        return switch (norm) {
            case L1 -> norm(Norm.LINF, g);
            case L2 -> norm(Norm.L2, g);
            case LINF -> norm(Norm.L1, g);
        };
    }

    static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(j -> a[j] * b[j]).sum();
    }

    static double[] clip(double[] u, double[] lower, double[] upper) {
        return IntStream.range(0, u.length)
                .mapToDouble(j -> Math.min(Math.max(u[j], lower[j]), upper[j]))
                .toArray();
    }

    /** The nearest point in ball and box: the multiplier of the ball is found by bisection. */
    static double[] project(Norm norm, double epsilon, double[] u, double[] lower, double[] upper) {
        DoubleFunction<double[]> point =
                switch (norm) {
                    case L1 -> tau -> clip(softThreshold(u, tau), lower, upper);
                    case L2 -> mu -> clip(times(u, 1 / (1 + mu)), lower, upper);
                    case LINF ->
                            unused ->
                                    clip(clip(u, all(u, -epsilon), all(u, epsilon)), lower, upper);
                };
        return bisect(norm, epsilon, point);
    }

    /** The point of the largest inner product in ball and box. */
    static double[] steepest(
            Norm norm, double epsilon, double[] g, double[] lower, double[] upper) {
        return switch (norm) {
            case L1 -> greedy(epsilon, g, lower, upper);
            case L2 -> bisect(norm, epsilon, mu -> clip(times(g, 1 / (1e-9 + mu)), lower, upper));
            case LINF -> clip(times(signs(g), epsilon), lower, upper);
        };
    }

    /** The first point of a path that is in the ball. */
    private static double[] bisect(Norm norm, double epsilon, DoubleFunction<double[]> path) {
        double outside = 0;
        double inside = 1;
        if (norm(norm, path.apply(outside)) <= epsilon) {
            return path.apply(outside);
        }
        while (norm(norm, path.apply(inside)) > epsilon) {
            inside *= 2;
        }
        while (true) {
            double middle = (inside + outside) / 2;
            if (middle == inside || middle == outside) {
                return path.apply(inside);
            }
            if (norm(norm, path.apply(middle)) <= epsilon) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
    }

    private static double[] greedy(double epsilon, double[] g, double[] lower, double[] upper) {
        double[] point = new double[g.length];
        double left = epsilon;
        int[] order =
                IntStream.range(0, g.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(j -> -Math.abs(g[j])))
                        .mapToInt(j -> j)
                        .toArray();
        for (int j : order) {
            double size = Math.min(left, g[j] > 0 ? upper[j] : g[j] < 0 ? -lower[j] : 0);
            point[j] = Math.signum(g[j]) * size;
            left -= size;
        }
        return point;
    }

    private static double[] softThreshold(double[] u, double tau) {
        return Arrays.stream(u).map(x -> Math.signum(x) * Math.max(Math.abs(x) - tau, 0)).toArray();
    }

    static double[] times(double[] u, double factor) {
        return Arrays.stream(u).map(x -> x * factor + 0.0).toArray();
    }

    static double[] minus(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(j -> a[j] - b[j]).toArray();
    }

    private static double[] signs(double[] g) {
        return Arrays.stream(g).map(Math::signum).toArray();
    }

    private static double[] all(double[] like, double value) {
        return Arrays.stream(like).map(x -> value).toArray();
    }
}
