package io.github.gradkit.hyperopt;

/**
 * The range that a hyperparameter is kept in.
 *
 * @param min the least value
 * @param max the largest value
 */
record Bounds(double min, double max) {

    static final Bounds NONE = new Bounds(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    /**
     * A decay of 1, or one that float32 rounds to 1, divides by zero. A decay near 0 magnifies the
     * rounding of {@code (m - G) / beta}, from which the memory before the update is found.
     */
    static final Bounds DECAY = new Bounds(1e-4, 1 - 1e-6);

    /** Where a momentum is kept that is tuned as a share; more hardly ever trains. */
    static final Bounds MOMENTUM = new Bounds(1e-4, 0.999);

    /** The momentum that is used for 0: at 0 nothing would tell whether more were better. */
    private static final double LEAST_MOMENTUM = 1e-4;

    double clamp(double value) {
        return Math.min(max, Math.max(min, value));
    }

    boolean contains(double value) {
        return value >= min && value <= max;
    }

    Bounds within(Bounds outer) {
        double lower = Math.max(min, outer.min);
        double upper = Math.min(max, outer.max);
        return new Bounds(lower, upper);
    }

    /** The same range, but a border at 0 moved inwards. */
    Bounds ofMomentum() {
        return new Bounds(min == 0 ? LEAST_MOMENTUM : min, max == 0 ? -LEAST_MOMENTUM : max);
    }
}
