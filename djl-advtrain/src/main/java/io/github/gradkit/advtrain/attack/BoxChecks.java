package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;

/** Checks of what is handed to a {@link BallBox}. */
final class BoxChecks {

    private BoxChecks() {}

    static void requireRadius(double epsilon) {
        if (!(epsilon >= 0) || Double.isInfinite(epsilon)) {
            throw new IllegalArgumentException(
                    "epsilon is "
                            + epsilon
                            + ", but the radius of a ball is a finite number from 0. Set it in the"
                            + " units of the input.");
        }
    }

    static void requireMatrix(NDArray limits) {
        if (limits.getShape().dimension() != 2 || !limits.getDataType().isFloating()) {
            throw new IllegalArgumentException(
                    "The limits are "
                            + describe(limits)
                            + ", but a perturbation is a floating matrix with one row per example."
                            + " Reshape them to (examples, features).");
        }
    }

    static void requireForm(String what, NDArray array, NDArray limits) {
        if (!array.getShape().equals(limits.getShape())
                || array.getDataType() != limits.getDataType()) {
            throw new IllegalArgumentException(
                    what
                            + describe(array)
                            + ", but the lower limits are "
                            + describe(limits)
                            + ". Each entry needs its own limits: use the same shape and data type"
                            + " for all.");
        }
    }

    static void requireRows(String what, int count, NDArray limits) {
        if (count != limits.getShape().get(0)) {
            throw new IllegalArgumentException(
                    "There are "
                            + count
                            + " "
                            + what
                            + ", but the box has "
                            + limits.getShape().get(0)
                            + " rows. Give one for each row.");
        }
    }

    private static String describe(NDArray array) {
        return array.getDataType() + " " + array.getShape();
    }
}
