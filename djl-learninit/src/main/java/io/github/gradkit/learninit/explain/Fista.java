package io.github.gradkit.learninit.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.problem.Problem;

/**
 * Solves an {@link ExplanationProblem} with fixed constants by proximal gradient steps with
 * momentum: a step against the gradient of all but the l1 norm, a soft threshold for that norm, the
 * projection on the feasible set, and an extrapolation by {@code k / (k + 3)}.
 *
 * <p>The rate falls as {@code rate (1 - k / steps)^0.5}. The best of all points is kept, the start
 * included, and all instances make all steps.
 *
 * <p>A step costs one gradient and one value per instance. Without gradients of the classifier, the
 * gradient of the hinge is estimated from pairs of points on either side, {@code (h(x + s u) - h(x
 * - s u)) u / (2 s)} with normal {@code u}, and a step costs twice as many values as there are
 * pairs, and one. The points of pairs may leave the range of inputs by a few times {@code s}.
 * Immutable.
 *
 * <p>Source: see the package, and A. Beck and M. Teboulle, "A Fast Iterative Shrinkage-Thresholding
 * Algorithm for Linear Inverse Problems", SIAM Journal on Imaging Sciences 2 (2009). Estimates from
 * pairs are our choice.
 */
public final class Fista implements Solver {

    /** The steps unless a number is given. */
    public static final int DEFAULT_STEPS = 1000;

    /** The rate of the first step unless one is given. */
    public static final double DEFAULT_RATE = 1e-2;

    /** The pairs of an estimate unless a number is given. */
    public static final int DEFAULT_PAIRS = 20;

    /** The distance of the points of a pair unless one is given. */
    public static final double DEFAULT_SMOOTHING = 0.01;

    final int steps;
    final double rate;
    final int pairs;
    final double smoothing;
    final long seed;
    final boolean curve;

    private Fista(Builder builder) {
        steps = builder.steps;
        rate = builder.rate;
        pairs = builder.pairs;
        smoothing = builder.smoothing;
        seed = builder.seed;
        curve = builder.curve;
    }

    /**
     * Starts a solver.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return "FISTA";
    }

    /**
     * Solves.
     *
     * @param problem an {@link ExplanationProblem}
     * @param known inputs, classes and constants
     * @param start the changes {@code (instances, ...)}, feasible; not changed
     * @return the best changes by value
     * @throws IllegalArgumentException if the problem is another, or the start has another shape
     */
    @Override
    public Solution solve(Problem<?> problem, NDList known, NDArray start) {
        if (!(problem instanceof ExplanationProblem explanation)) {
            throw new IllegalArgumentException(
                    "FISTA solves an ExplanationProblem only, but was given a "
                            + problem.getClass().getName()
                            + ". Use Descent for other problems.");
        }
        try (FistaRun run = new FistaRun(this, explanation, known, start)) {
            return run.solve().solution();
        }
    }

    /** Builds a {@link Fista}. */
    public static final class Builder {

        private int steps = DEFAULT_STEPS;
        private double rate = DEFAULT_RATE;
        private int pairs = DEFAULT_PAIRS;
        private double smoothing = DEFAULT_SMOOTHING;
        private long seed;
        private boolean curve;

        private Builder() {}

        /**
         * Sets the steps.
         *
         * @param steps 1 or more; {@value Fista#DEFAULT_STEPS} by default
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optSteps(int steps) {
            this.steps = Checks.atLeast(steps, 1, "The number of steps");
            return this;
        }

        /**
         * Sets the rate of the first step.
         *
         * @param rate above 0; {@value Fista#DEFAULT_RATE} by default
         * @return this builder
         * @throws IllegalArgumentException if it is not positive and finite
         */
        public Builder optRate(double rate) {
            this.rate = Checks.positive(rate, "The rate");
            return this;
        }

        /**
         * Sets how gradients are estimated where only scores are known.
         *
         * @param pairs the pairs of points of an estimate, 1 or more; {@value Fista#DEFAULT_PAIRS}
         *     by default
         * @param smoothing the standard deviation of the points, above 0, in the unit of inputs;
         *     {@value Fista#DEFAULT_SMOOTHING} by default
         * @return this builder
         * @throws IllegalArgumentException if one is out of range
         */
        public Builder optEstimate(int pairs, double smoothing) {
            this.pairs = Checks.atLeast(pairs, 1, "The number of pairs");
            this.smoothing = Checks.positive(smoothing, "The smoothing");
            return this;
        }

        /**
         * Sets the seed of the points of estimates.
         *
         * @param seed the seed; 0 by default
         * @return this builder
         */
        public Builder optSeed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Sets whether to keep the best values after every step.
         *
         * @param curve whether to; false by default
         * @return this builder
         */
        public Builder optCurve(boolean curve) {
            this.curve = curve;
            return this;
        }

        /**
         * Builds the solver.
         *
         * @return the solver
         */
        public Fista build() {
            return new Fista(this);
        }
    }
}
