package io.github.gradkit.advtrain.attack;

/** The rules for what makes an epsilon ball. */
final class BallChecks {

    private BallChecks() {}

    static double epsilon(double epsilon) {
        if (!(epsilon >= 0) || Double.isInfinite(epsilon)) {
            throw new IllegalArgumentException(
                    "Epsilon must be 0 or more and finite, but was "
                            + epsilon
                            + ". It is a radius, in the units of the inputs.");
        }
        return epsilon;
    }

    static void bounds(double[] lower, double[] upper) {
        sameLength(lower.length, upper.length, "lower and upper bounds");
        if (lower.length == 0) {
            throw new IllegalArgumentException(
                    "There must be bounds for at least one feature. Leave optBounds away if inputs"
                            + " have none.");
        }
        for (int j = 0; j < lower.length; j++) {
            if (!(lower[j] < upper[j])) {
                throw new IllegalArgumentException(
                        "The lower bound must be below the upper one, but for feature "
                                + j
                                + " they are "
                                + lower[j]
                                + " and "
                                + upper[j]
                                + ". For a feature that may not change use optMutable.");
            }
        }
    }

    static double[] scale(double[] scale) {
        double largest = 0;
        for (int j = 0; j < scale.length; j++) {
            if (!(scale[j] >= 0) || Double.isInfinite(scale[j])) {
                throw new IllegalArgumentException(
                        "The unit of a feature must be 0 or more and finite, but is "
                                + scale[j]
                                + " for feature "
                                + j
                                + ".");
            }
            largest = Math.max(largest, scale[j]);
        }
        if (largest == 0) {
            throw new IllegalArgumentException(
                    "The units of all features are 0, so nothing may change. Give at least one a"
                            + " positive unit.");
        }
        return scale.clone();
    }

    static boolean[] mutable(boolean[] mutable) {
        for (boolean free : mutable) {
            if (free) {
                return mutable.clone();
            }
        }
        throw new IllegalArgumentException(
                "No feature may change, so there is nothing to attack. At least one must be"
                        + " mutable.");
    }

    static void sameLength(int first, int second, String what) {
        if (first != second) {
            throw new IllegalArgumentException(
                    "There must be equally many values in "
                            + what
                            + ", but there are "
                            + first
                            + " and "
                            + second
                            + ".");
        }
    }
}
