package io.github.gradkit.advtrain.linear;

/**
 * The largest margin under the worst perturbation: {@code gamma_{2,q}(c)}, the largest {@code min_i
 * z_i . theta - c ||theta||_p} over all theta of Euclidean norm 1, and the theta that has it.
 *
 * <p>It is the Euclidean distance between the convex hull of the examples and the ball of
 * perturbations, which is 0 if these meet: then no linear model is right on all examples under
 * every perturbation. The exact value lies between {@link #lower()} and {@link #upper()}.
 */
public final class MixedMargin {

    private final LqBall ball;
    private final double lower;
    private final double upper;
    private final double[] direction;
    private final double[] weights;
    private final int iterations;
    private final boolean converged;

    /** What is known about the margin. */
    record Bounds(double lower, double upper) {}

    MixedMargin(
            LqBall ball,
            Bounds bounds,
            double[] direction,
            double[] weights,
            int iterations,
            boolean converged) {
        this.ball = ball;
        this.lower = bounds.lower();
        this.upper = bounds.upper();
        this.direction = direction;
        this.weights = weights;
        this.iterations = iterations;
        this.converged = converged;
    }

    /**
     * Returns the perturbations.
     *
     * @return the ball with norm q and radius c
     */
    public LqBall ball() {
        return ball;
    }

    /**
     * Returns the margin of {@link #direction()}.
     *
     * @return a margin that is reached, or 0 if none above 0 was found
     */
    public double lower() {
        return lower;
    }

    /**
     * Returns the distance between the point of the hull with these {@link #weights()} and the
     * ball.
     *
     * @return a bound that no margin exceeds
     */
    public double upper() {
        return upper;
    }

    /**
     * Returns how far the bounds are apart.
     *
     * @return the duality gap, 0 or more up to rounding
     */
    public double gap() {
        return upper - lower;
    }

    /**
     * Tells whether the bounds came as close as asked for, or the distance is 0 to the tolerance.
     *
     * @return false if the iterations ran out
     */
    public boolean converged() {
        return converged;
    }

    /**
     * Returns the work done.
     *
     * @return the number of iterations
     */
    public int iterations() {
        return iterations;
    }

    /**
     * Tells whether a model was found that is right on all examples under every perturbation.
     *
     * @return whether {@link #lower()} is positive, which is a proof; if not, and {@link
     *     #converged()}, there is none with a margin above the tolerance
     */
    public boolean isSeparable() {
        return lower > 0;
    }

    /**
     * Returns the direction with the largest margin.
     *
     * <p>For every theta of norm 1 its margin is at most {@link #upper()} times the cosine between
     * theta and this direction, whatever the gap: the direction is that of the very point whose
     * distance is the upper bound.
     *
     * @return a vector of Euclidean norm 1
     * @throws IllegalStateException if the data is not separable under these perturbations
     */
    public double[] direction() {
        if (!isSeparable()) {
            throw new IllegalStateException(reason());
        }
        return direction.clone();
    }

    private String reason() {
        String what =
                String.format(
                        "no direction with a positive margin under %s perturbations of radius %s"
                                + " was found in %d iterations",
                        ball.norm(), ball.radius(), iterations);
        return converged
                ? "There is "
                        + what
                        + ": the examples are not robustly separable. Choose a radius below that of"
                        + " MarginSolver.maxMargin, or remove the examples that overlap."
                : "So far "
                        + what
                        + ", and it could be as large as "
                        + upper
                        + ". Allow more iterations.";
    }

    /**
     * Returns how the point of the hull is mixed.
     *
     * @return a weight for each example, 0 or more, with sum 1; only support vectors have one above
     *     0
     */
    public double[] weights() {
        return weights.clone();
    }
}
