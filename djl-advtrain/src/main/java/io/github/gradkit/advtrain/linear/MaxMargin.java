package io.github.gradkit.advtrain.linear;

/**
 * The largest radius that a linear model can withstand: {@code gamma_q}, the largest {@code min_i
 * z_i . theta} over all theta with {@code ||theta||_p = 1}, and the theta that has it.
 *
 * <p>It is the distance of the convex hull of the examples from the origin in norm q. For q = 2
 * this is the margin of the hard-margin support vector machine without bias. The exact value lies
 * between {@link #lower()} and {@link #upper()}.
 */
public final class MaxMargin {

    private final LqNorm norm;
    private final double lower;
    private final double upper;
    private final double[] direction;
    private final int iterations;
    private final boolean converged;

    MaxMargin(
            LqNorm norm,
            double lower,
            double upper,
            double[] direction,
            int iterations,
            boolean ok) {
        this.norm = norm;
        this.lower = lower;
        this.upper = upper;
        this.direction = direction;
        this.iterations = iterations;
        this.converged = ok;
    }

    /**
     * Returns the norm of the perturbations.
     *
     * @return the norm q
     */
    public LqNorm norm() {
        return norm;
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
     * Returns the norm of the shortest point of the hull that was found.
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
     * Tells whether a model was found that is right on all examples.
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
     * @return a vector whose dual norm (p) is 1
     * @throws IllegalStateException if the data is not separable
     */
    public double[] direction() {
        if (!isSeparable()) {
            throw new IllegalStateException(
                    "No direction with a positive margin was found in "
                            + iterations
                            + " iterations; it is at most "
                            + upper
                            + (converged
                                    ? ": the examples are not linearly separable through the"
                                            + " origin. Remove those that overlap, or add features."
                                    : ". Allow more iterations."));
        }
        return direction.clone();
    }
}
