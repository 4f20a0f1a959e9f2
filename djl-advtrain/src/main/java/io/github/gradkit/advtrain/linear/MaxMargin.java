package io.github.gradkit.advtrain.linear;

/**
 * The largest radius that a linear model can withstand: {@code gamma_q}, the largest {@code min_i
 * z_i . theta} over all theta with {@code ||theta||_p = 1}, and the theta that has it.
 *
 * <p>It is the distance of the convex hull of the examples from the origin in norm q. For q = 2
 * this is the margin of the hard-margin support vector machine without bias. The exact value lies
 * between {@link #lower()} and {@link #upper()}, the norm of the shortest point of the hull that
 * was found. The dual norm (p) of {@link #direction()} is 1.
 */
public final class MaxMargin extends Margin {

    private final LqNorm norm;

    MaxMargin(LqNorm norm, Bounds bounds, double[] direction, int iterations, boolean converged) {
        super(bounds, direction, iterations, converged);
        this.norm = norm;
    }

    /**
     * Returns the norm of the perturbations.
     *
     * @return the norm q
     */
    public LqNorm norm() {
        return norm;
    }

    @Override
    String inseparable() {
        return "No direction with a positive margin was found in "
                + iterations()
                + " iterations; it is at most "
                + upper()
                + (converged()
                        ? ": the examples are not linearly separable through the"
                                + " origin. Remove those that overlap, or add features."
                        : ". Allow more iterations.");
    }
}
