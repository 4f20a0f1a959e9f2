package io.github.gradkit.advtrain.linear;

import org.jspecify.annotations.Nullable;

/** Refusals of arguments. */
final class Checks {

    private Checks() {}

    static double[] finite(double[] values, String what) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s must hold finite numbers only, but value %d is %s: everything"
                                        + " computed from it would be NaN. Remove or replace it.",
                                what, i, values[i]));
            }
        }
        return values;
    }

    static void length(double[] values, int expected, String what) {
        if (values.length != expected) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s must have one value for each of the %d features, but has %d.",
                            what, expected, values.length));
        }
    }

    static double radius(double radius) {
        if (!(radius >= 0) || radius == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "The radius of a ball must be a finite number of 0 or more, but is "
                            + radius
                            + ". Use 0 for training without perturbations.");
        }
        return radius;
    }

    static <T> T set(@Nullable T value, String message) {
        if (value == null) {
            throw new IllegalStateException(message);
        }
        return value;
    }
}
