package io.github.gradkit.advtrain.linear;

/**
 * The largest margin under the worst perturbation: {@code gamma_{2,q}(c)}, the largest {@code min_i
 * z_i . theta - c ||theta||_p} over all theta of Euclidean norm 1, and the theta that has it.
 *
 * <p>It is the Euclidean distance between the convex hull of the examples and the ball of
 * perturbations, which is 0 if these meet: then no linear model is right on all examples under
 * every perturbation. The exact value lies between {@link #lower()} and {@link #upper()}, the
 * distance between the ball and the point of the hull with these {@link #weights()}.
 *
 * <p>The Euclidean norm of {@link #direction()} is 1. For every theta of norm 1 its margin is at
 * most {@link #upper()} times the cosine between theta and this direction, whatever the gap: the
 * direction is that of the very point whose distance is the upper bound.
 */
public final class MixedMargin extends Margin {

    private final LqBall ball;
    private final double[] weights;

    MixedMargin(
            LqBall ball,
            Bounds bounds,
            double[] direction,
            double[] weights,
            int iterations,
            boolean converged) {
        super(bounds, direction, iterations, converged);
        this.ball = ball;
        this.weights = weights;
    }

    /**
     * Returns the perturbations.
     *
     * @return the ball with norm q and radius c
     */
    public LqBall ball() {
        return ball;
    }

    @Override
    String inseparable() {
        String what =
                String.format(
                        "no direction with a positive margin under %s perturbations of radius %s"
                                + " was found in %d iterations",
                        ball.norm(), ball.radius(), iterations());
        return converged()
                ? "There is "
                        + what
                        + ": the examples are not robustly separable. Choose a radius below that of"
                        + " MarginSolver.maxMargin, or remove the examples that overlap."
                : "So far "
                        + what
                        + ", and it could be as large as "
                        + upper()
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
