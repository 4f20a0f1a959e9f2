package io.github.gradkit.advtrain.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** An example of a {@link Square} attack: the best perturbation and the one to try next. */
final class SquareRow {

    private final double[] lower;
    private final double[] upper;
    private final RandomGenerator random;
    private double[] best;
    private double[] next;
    private double loss = Double.NaN;

    /** Starts at no perturbation; the limits are cut to what the ball allows a single feature. */
    SquareRow(double[] lower, double[] upper, double epsilon, RandomGenerator random) {
        this.lower = lower;
        this.upper = upper;
        this.random = random;
        best = new double[lower.length];
        next = best;
        for (int j = 0; j < lower.length; j++) {
            lower[j] = Math.max(lower[j], -epsilon);
            upper[j] = Math.min(upper[j], epsilon);
        }
    }

    static List<SquareRow> of(AttackTask task, long seed, int attempt) {
        BallBox box = task.region().box();
        List<double[]> lower = HostRows.of(box.lower());
        List<double[]> upper = HostRows.of(box.upper());
        List<RandomGenerator> random = task.random(seed, attempt);
        List<SquareRow> rows = new ArrayList<>(lower.size());
        for (int i = 0; i < lower.size(); i++) {
            rows.add(new SquareRow(lower.get(i), upper.get(i), box.epsilon(), random.get(i)));
        }
        return rows;
    }

    /** Returns the best perturbation so far; not to be changed. */
    double[] best() {
        return best;
    }

    /** Returns the perturbation to try next; not to be changed. */
    double[] next() {
        return next;
    }

    RandomGenerator random() {
        return random;
    }

    double sign() {
        return random.nextBoolean() ? 1 : -1;
    }

    /** Returns how far a feature can go to one side, with its sign. */
    double limit(int feature, double side) {
        return side > 0 ? upper[feature] : side < 0 ? lower[feature] : 0;
    }

    void propose(double[] perturbation) {
        next = perturbation;
    }

    /** Takes the proposal if it is the first one or has a higher loss. */
    void judge(double found) {
        if (Double.isNaN(loss) || found > loss) {
            best = next;
            loss = found;
        }
    }

    /** Solves a problem on ball and box in place. */
    void solve(double[] perturbation, SizeSolver solver) {
        double[] size = new double[perturbation.length];
        double[] cap = new double[perturbation.length];
        for (int j = 0; j < size.length; j++) {
            size[j] = Math.abs(perturbation[j]);
            cap[j] = Math.abs(limit(j, perturbation[j]));
        }
        solver.solve(size, cap);
        for (int j = 0; j < size.length; j++) {
            perturbation[j] = perturbation[j] < 0 ? 0 - size[j] : size[j];
        }
    }
}
