package io.github.gradkit.advtrain.attack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * APGD for one example and one ball, as the papers say it, in plain Java: every iterate and loss is
 * kept, and conditions look them up.
 */
final class ApgdTwin {

    /** A function to climb. */
    interface Hill {
        double at(double[] u);

        double[] slope(double[] u);
    }

    private final Hill hill;
    private final Norm norm;
    private final double epsilon;
    private final double[] lower;
    private final double[] upper;
    private final List<double[]> visited = new ArrayList<>();

    ApgdTwin(Hill hill, Norm norm, double epsilon, double[] lower, double[] upper) {
        this.hill = hill;
        this.norm = norm;
        this.epsilon = epsilon;
        this.lower = lower;
        this.upper = upper;
    }

    /** Returns the best point of a run with momentum. */
    double[] climb(double[] start, int steps) {
        List<Double> losses = new ArrayList<>();
        List<Double> bestLosses = new ArrayList<>();
        List<Double> sizes = new ArrayList<>(List.of(2 * epsilon));
        visit(start, losses, bestLosses);
        double[] previous = start;
        double[] x = start;
        int check = 0;
        int length = Math.max((int) (0.22 * steps), 1);
        int since = 0;
        int lastCheck = 0;
        for (int k = 0; k < steps; k++) {
            double size = sizes.get(sizes.size() - 1);
            double[] z = project(plus(x, RowTwins.times(direction(hill.slope(x)), size)));
            double[] next = z;
            if (k > 0) {
                next = new double[x.length];
                for (int j = 0; j < x.length; j++) {
                    next[j] = x[j] + 0.75 * (z[j] - x[j]) + 0.25 * (x[j] - previous[j]);
                }
                next = project(next);
            }
            previous = x;
            x = next;
            visit(x, losses, bestLosses);
            if (++since == length) {
                int now = k + 1;
                long ups =
                        IntStream.range(lastCheck, now)
                                .filter(i -> losses.get(i + 1) > losses.get(i))
                                .count();
                boolean same =
                        check > 0
                                && sizes.get(sizes.size() - 1).equals(sizes.get(sizes.size() - 2))
                                && bestLosses.get(now).equals(bestLosses.get(lastCheck));
                boolean halve = ups <= 0.75 * length || same;
                sizes.add(halve ? size / 2 : size);
                x = halve ? best(losses) : x;
                lastCheck = now;
                check++;
                since = 0;
                length =
                        Math.max(
                                length - Math.max((int) (0.03 * steps), 1),
                                Math.max((int) (0.06 * steps), 1));
            }
        }
        return best(losses);
    }

    /** Returns the best point of a sparse run. */
    double[] climbSparsely(double[] start, int steps, boolean first) {
        int d = start.length;
        int changed = first ? d : nonZeros(start);
        int top = first ? Math.max(1, d / 5) : Math.max(1, (int) (changed / 1.5));
        double size = epsilon;
        List<Double> losses = new ArrayList<>();
        visit(start, losses, new ArrayList<>());
        double[] x = start;
        int period = Math.max((int) (0.04 * steps), 1);
        for (int k = 1; k <= steps; k++) {
            x = project(plus(x, RowTwins.times(top(hill.slope(x), x, top), size)));
            visit(x, losses, new ArrayList<>());
            if (k % period == 0) {
                double[] best = best(losses);
                boolean sparser = nonZeros(best) / (double) changed < 0.95;
                size = sparser ? epsilon : Math.max(size / 1.5, epsilon / 10);
                x = sparser ? best : x;
                changed = nonZeros(best);
                top = Math.max(1, (int) (changed / 1.5));
            }
        }
        return best(losses);
    }

    private void visit(double[] x, List<Double> losses, List<Double> bestLosses) {
        visited.add(x);
        losses.add(hill.at(x));
        bestLosses.add(losses.stream().mapToDouble(l -> l).max().orElseThrow());
    }

    private double[] best(List<Double> losses) {
        int best = 0;
        for (int i = 1; i < losses.size(); i++) {
            best = losses.get(i) > losses.get(best) ? i : best;
        }
        return visited.get(best);
    }

    private double[] project(double[] u) {
        return RowTwins.project(norm, epsilon, u, lower, upper);
    }

    private double[] direction(double[] slope) {
        return norm == Norm.LINF
                ? Arrays.stream(slope).map(Math::signum).toArray()
                : RowTwins.times(slope, 1 / RowTwins.norm(Norm.L2, slope));
    }

    private double[] top(double[] slope, double[] x, int count) {
        double[] step = new double[slope.length];
        int[] chosen =
                IntStream.range(0, slope.length)
                        .filter(j -> slope[j] > 0 ? x[j] < upper[j] - 1e-9 : x[j] > lower[j] + 1e-9)
                        .boxed()
                        .sorted(Comparator.comparingDouble(j -> -Math.abs(slope[j])))
                        .limit(count)
                        .mapToInt(j -> j)
                        .toArray();
        for (int j : chosen) {
            step[j] = Math.signum(slope[j]) / chosen.length;
        }
        return step;
    }

    private static int nonZeros(double[] u) {
        return (int) Arrays.stream(u).filter(value -> Math.abs(value) > 1e-9).count();
    }

    private static double[] plus(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(j -> a[j] + b[j]).toArray();
    }
}
