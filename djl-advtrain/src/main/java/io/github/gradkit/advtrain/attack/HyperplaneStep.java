package io.github.gradkit.advtrain.attack;

/**
 * The shortest way from a point inside a box to a hyperplane, without leaving the box, in one of
 * three norms.
 *
 * <p>Every feature moves to the side on which the linear function changes as wanted, by an amount
 * between 0 and its room. In the linf norm all features move equally far, in the l2 norm as far as
 * their slope, until they run out of room; how far the linear function gets is concave and
 * piecewise linear in that length, so Newton's method from 0 never overshoots and ends exactly. In
 * the l1 norm the features of the largest slope move as far as they can, one after the other. Not
 * for use by two examples at once.
 */
final class HyperplaneStep {

    /** No feature is asked to move by more, however flat the function. */
    private static final double FARTHEST = 1e20;

    private final Norm norm;
    private final double[] slope;
    private final double[] room;
    private final double[] step;
    private final Knapsack knapsack;

    HyperplaneStep(Norm norm, int features) {
        this.norm = norm;
        slope = new double[features];
        room = new double[features];
        step = new double[features];
        knapsack = new Knapsack(features);
    }

    /**
     * Returns the way.
     *
     * @param gradient the slope of the linear function
     * @param rise by how much the function must change
     * @param at the point
     * @param lower the lower limits, perhaps infinite
     * @param upper the upper limits, perhaps infinite
     * @return the step; if the hyperplane is out of reach, the one that comes nearest
     */
    double[] of(double[] gradient, double rise, double[] at, double[] lower, double[] upper) {
        double largest = 0;
        for (double value : gradient) {
            largest = Math.max(largest, Math.abs(value));
        }
        if (largest == 0 || rise == 0) {
            return new double[gradient.length];
        }
        double[] side = new double[gradient.length];
        for (int j = 0; j < side.length; j++) {
            side[j] = Math.signum(gradient[j]) * Math.signum(rise);
            slope[j] = Math.abs(gradient[j]) / largest;
            double free = side[j] > 0 ? upper[j] - at[j] : at[j] - lower[j];
            room[j] = slope[j] > 0 ? Math.min(Math.max(free, 0), FARTHEST) : 0;
        }
        solve(Math.abs(rise) / largest);
        for (int j = 0; j < side.length; j++) {
            side[j] *= step[j];
        }
        return side;
    }

    private void solve(double rise) {
        if (norm == Norm.L1) {
            largestFirst(rise);
            return;
        }
        double length = length(rise);
        for (int j = 0; j < step.length; j++) {
            step[j] = Math.min(length * speed(j), room[j]);
        }
    }

    private double speed(int j) {
        return norm == Norm.L2 ? slope[j] : 1;
    }

    private double length(double rise) {
        double length = 0;
        while (true) {
            double left = rise;
            double growth = 0;
            for (int j = 0; j < slope.length; j++) {
                if (length * speed(j) >= room[j]) {
                    left -= slope[j] * room[j];
                } else {
                    growth += slope[j] * speed(j);
                }
            }
            double next = left / growth;
            // Also ends on infinity and NaN, which is what is left when all features have stopped.
            if (!(next > length) || next == Double.POSITIVE_INFINITY) {
                return length;
            }
            length = next;
        }
    }

    private void largestFirst(double rise) {
        double[] cap = new double[slope.length];
        for (int j = 0; j < cap.length; j++) {
            step[j] = slope[j];
            cap[j] = slope[j] * room[j];
        }
        knapsack.fill(step, cap, rise);
        for (int j = 0; j < cap.length; j++) {
            step[j] = step[j] > 0 ? Math.min(step[j] / slope[j], room[j]) : 0;
        }
    }
}
