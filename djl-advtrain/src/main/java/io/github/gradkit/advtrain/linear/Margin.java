package io.github.gradkit.advtrain.linear;

/** The largest margin of a linear model, as far as a solver has found it: between two bounds. */
public abstract sealed class Margin permits MaxMargin, MixedMargin {

    private final Bounds bounds;
    private final double[] direction;
    private final int iterations;
    private final boolean converged;

    /** What is known about the margin. */
    record Bounds(double lower, double upper) {}

    Margin(Bounds bounds, double[] direction, int iterations, boolean converged) {
        this.bounds = bounds;
        this.direction = direction;
        this.iterations = iterations;
        this.converged = converged;
    }

    /**
     * Returns the margin of {@link #direction()}.
     *
     * @return a margin that is reached, or 0 if none above 0 was found
     */
    public final double lower() {
        return bounds.lower();
    }

    /**
     * Returns the size of the shortest point that was found, in the dual of the problem.
     *
     * @return a bound that no margin exceeds
     */
    public final double upper() {
        return bounds.upper();
    }

    /**
     * Returns how far the bounds are apart.
     *
     * @return the duality gap, 0 or more up to rounding
     */
    public final double gap() {
        return upper() - lower();
    }

    /**
     * Tells whether the bounds came as close as asked for, or the distance is 0 to the tolerance.
     *
     * @return false if the iterations ran out
     */
    public final boolean converged() {
        return converged;
    }

    /**
     * Returns the work done.
     *
     * @return the number of iterations
     */
    public final int iterations() {
        return iterations;
    }

    /**
     * Tells whether a model was found that is right on all examples, under every perturbation if
     * there are any.
     *
     * @return whether {@link #lower()} is positive, which is a proof; if not, and {@link
     *     #converged()}, there is none with a margin above the tolerance
     */
    public final boolean isSeparable() {
        return lower() > 0;
    }

    /**
     * Returns the direction with the largest margin.
     *
     * @return a vector of norm 1, in the norm of the problem
     * @throws IllegalStateException if the data is not separable
     */
    public final double[] direction() {
        if (!isSeparable()) {
            throw new IllegalStateException(inseparable());
        }
        return direction.clone();
    }

    /** Says why there is no direction, and what to do. */
    abstract String inseparable();
}
