package io.github.gradkit.tracin.internal;

/**
 * The three exact ways to compare the gradients of one layer, and which is cheapest.
 *
 * <p>With T positions, d_in inputs, d_out outputs, n training and m test examples, the
 * multiplications are:
 *
 * <ul>
 *   <li>{@link #GHOST}: n m T^2 (d_in + d_out); gradients are never formed
 *   <li>{@link #ONE_SIDED}: m T d_in d_out + n m T d_in d_out; only test gradients are formed
 *   <li>{@link #MATERIALISED}: (n + m) T d_in d_out + n m d_in d_out; all gradients are formed
 * </ul>
 */
public enum Form {
    /** Both sides stay factored into layer inputs and errors. */
    GHOST(false, false),
    /** Test gradients are formed, training examples stay factored. */
    ONE_SIDED(true, false),
    /** The gradient of each example is formed on both sides. */
    MATERIALISED(true, true);

    private final boolean testRows;
    private final boolean trainRows;

    Form(boolean testRows, boolean trainRows) {
        this.testRows = testRows;
        this.trainRows = trainRows;
    }

    /**
     * Tells whether test gradients are formed.
     *
     * @return whether the test side has one row of gradient per example
     */
    public boolean testRows() {
        return testRows;
    }

    /**
     * Tells whether training gradients are formed.
     *
     * @return whether the training side has one row of gradient per example
     */
    public boolean trainRows() {
        return trainRows;
    }

    /**
     * Counts the multiplications for a full score matrix.
     *
     * @param g the layer's sizes
     * @param n the number of training examples
     * @param m the number of test examples
     * @return the number of multiplications
     */
    public double pairCost(Geometry g, long n, long m) {
        // as doubles, which don't overflow
        double t = g.positions();
        double weights = g.weights();
        double pairs = (double) n * m;
        return switch (this) {
            case GHOST -> pairs * t * t * g.groups() * (g.inputs() + g.outputs());
            case ONE_SIDED -> m * t * weights + pairs * t * weights;
            case MATERIALISED -> (n + m) * t * weights + pairs * weights;
        };
    }

    /**
     * Picks the cheapest form for a full score matrix; a tie goes to the one that forms less.
     *
     * @param g the layer's sizes
     * @param n the number of training examples
     * @param m the number of test examples
     * @return the form
     */
    public static Form cheapestForPairs(Geometry g, long n, long m) {
        Form best = GHOST;
        for (Form form : values()) {
            if (form.pairCost(g, n, m) < best.pairCost(g, n, m)) {
                best = form;
            }
        }
        return best;
    }

    /**
     * Picks the cheaper form for squared gradient norms: T^2 (d_in + d_out) against T d_in d_out.
     *
     * @param g the layer's sizes
     * @return {@link #GHOST} or {@link #MATERIALISED}
     */
    public static Form cheapestForSelf(Geometry g) {
        double ghost = (double) g.positions() * (g.inputs() + g.outputs());
        return ghost <= (double) g.inputs() * g.outputs() || g.positions() == 1
                ? GHOST
                : MATERIALISED;
    }
}
