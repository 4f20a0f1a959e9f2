package io.github.gradkit.advtrain.linear;

/**
 * Finds largest margins by a primal-dual method that says how far from the optimum it can be.
 *
 * <p>An iteration costs two products of the data with a vector, a sort of as many weights as there
 * are examples, and a projection on the ball of perturbations.
 */
public final class MarginSolver {

    /** The margin that counts as none, in parts of the longest example. */
    private static final double ZERO = 1e-9;

    private final double tolerance;
    private final int maxIterations;

    private MarginSolver(Builder builder) {
        this.tolerance = builder.tolerance;
        this.maxIterations = builder.maxIterations;
    }

    /**
     * Starts a solver.
     *
     * @return a builder with the defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes a solver with the defaults.
     *
     * @return the solver
     */
    public static MarginSolver ofDefaults() {
        return builder().build();
    }

    /**
     * Finds the largest margin under the worst perturbation.
     *
     * @param data the examples
     * @param ball the perturbations; with radius 0, the margin is that of the support vector
     *     machine
     * @return {@code gamma_{2,q}(c)}; 0 if the data is not separable under these perturbations
     */
    public MixedMargin mixedMargin(SignedData data, LqBall ball) {
        return new MixedMarginSearch(data, ball, stopRule(data.maxNorm(LqNorm.L2))).run();
    }

    private StopRule stopRule(double scale) {
        return new StopRule(tolerance, Math.min(tolerance, ZERO) * scale, maxIterations);
    }

    /**
     * Finds the largest radius that a linear model can withstand.
     *
     * @param data the examples
     * @param norm the norm of the perturbations
     * @return {@code gamma_q}; 0 if the data is not separable
     */
    public MaxMargin maxMargin(SignedData data, LqNorm norm) {
        return new MaxMarginSearch(data, norm, stopRule(data.maxNorm(norm))).run();
    }

    /** Collects the settings of a solver. */
    public static final class Builder {

        private double tolerance = 1e-9;
        private int maxIterations = 200_000;

        private Builder() {}

        /**
         * Sets when to stop.
         *
         * @param tolerance the gap in parts of the margin, positive and below 1. A margin below
         *     1e-9 times the longest example counts as 0. Default: 1e-9
         * @return this builder
         * @throws IllegalArgumentException if it is not in this range
         */
        public Builder optTolerance(double tolerance) {
            if (!(tolerance > 0 && tolerance < 1)) {
                throw new IllegalArgumentException(
                        "The tolerance must lie between 0 and 1, but is "
                                + tolerance
                                + ": it is the gap in parts of the margin. Use such as 1e-9.");
            }
            this.tolerance = tolerance;
            return this;
        }

        /**
         * Sets when to give up.
         *
         * @param iterations the largest number of iterations, at least 1. Default: 200,000
         * @return this builder
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder optMaxIterations(int iterations) {
            if (iterations < 1) {
                throw new IllegalArgumentException(
                        "At least 1 iteration must be allowed, but the limit is "
                                + iterations
                                + ": without any there is no margin to report.");
            }
            this.maxIterations = iterations;
            return this;
        }

        /**
         * Makes the solver.
         *
         * @return the solver
         */
        public MarginSolver build() {
            return new MarginSolver(this);
        }
    }
}
