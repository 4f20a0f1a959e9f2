package io.github.gradkit.advtrain.linear;

/**
 * Finds largest margins by a primal-dual method that says how far from the optimum it can be.
 *
 * <p>An iteration costs two products of the data with a vector, a sort of as many weights as there
 * are examples, and a projection on the ball of perturbations.
 */
public final class MarginSolver {

    /** Bounds cost a third product, so they are not computed in each iteration. */
    private static final int CHECK_INTERVAL = 10;

    private static final double SLOW_PROGRESS = 0.5;

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
        double[] start = HullDistance.evenWeights(data);
        HullDistance hull = new HullDistance(data, ball, start, HullDistance.curvature(data));
        HullDistance.Bounds best = hull.bounds();
        double[] weights = start;
        double zero = tolerance * data.maxNorm();
        int iterations = 0;
        while (!isDone(best.lower(), best.upper(), zero) && iterations < maxIterations) {
            hull.iterate();
            iterations++;
            if (iterations % CHECK_INTERVAL == 0 || iterations < CHECK_INTERVAL) {
                HullDistance.Bounds bounds = hull.bounds();
                if (bounds.gap() < best.gap() || bounds.upper() <= zero) {
                    best = bounds;
                    weights = hull.weights();
                }
            }
        }
        boolean done = isDone(best.lower(), best.upper(), zero);
        return new MixedMargin(ball, best, weights, iterations, done);
    }

    private boolean isDone(double lower, double upper, double zero) {
        return upper - lower <= tolerance * upper || upper <= zero;
    }

    /**
     * Finds the largest radius that a linear model can withstand.
     *
     * <p>It is the radius at which the ball touches the hull. A direction found for a smaller
     * radius c proves that a larger one, {@code min_i z_i . theta / ||theta||_p}, does not touch it
     * yet; from there on it is looked for again.
     *
     * @param data the examples
     * @param norm the norm of the perturbations
     * @return {@code gamma_q}; 0 if the data is not separable
     */
    public MaxMargin maxMargin(SignedData data, LqNorm norm) {
        double curvature = HullDistance.curvature(data);
        double zero = tolerance * data.maxNorm();
        double[] weights = HullDistance.evenWeights(data);
        double[] direction = new double[data.dimension()];
        double lower = 0;
        double upper = Double.POSITIVE_INFINITY;
        int iterations = 0;
        while (!isDone(lower, upper, zero) && iterations < maxIterations) {
            HullDistance hull = new HullDistance(data, LqBall.of(norm, lower), weights, curvature);
            HullDistance.Bounds bounds = hull.bounds();
            upper = Math.min(upper, norm.norm(hull.point()));
            while (bounds.lower() < SLOW_PROGRESS * bounds.upper()
                    && !isDone(lower, upper, zero)
                    && iterations < maxIterations) {
                hull.iterate();
                iterations++;
                bounds = hull.bounds();
                upper = Math.min(upper, norm.norm(hull.point()));
            }
            weights = hull.weights();
            if (bounds.lower() > 0) {
                double length = norm.dualNorm(bounds.direction());
                lower = Math.max(lower, data.minMargin(bounds.direction()) / length);
                direction = Vectors.scaled(bounds.direction(), 1 / length);
            }
            iterations++;
        }
        boolean done = isDone(lower, upper, zero);
        return new MaxMargin(norm, lower, upper, direction, iterations, done);
    }

    /** Collects the settings of a solver. */
    public static final class Builder {

        private double tolerance = 1e-9;
        private int maxIterations = 200_000;

        private Builder() {}

        /**
         * Sets when to stop.
         *
         * @param tolerance the gap in parts of the margin, and the margin in parts of the longest
         *     example that counts as 0; positive and below 1. Default: 1e-9
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
