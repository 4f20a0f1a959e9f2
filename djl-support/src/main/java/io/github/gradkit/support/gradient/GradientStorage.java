package io.github.gradkit.support.gradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/**
 * Access to the gradient of one array.
 *
 * <p>{@link NDArray#getGradient()} hands out a new handle on the array's manager at each call, and
 * the indexed {@code set} of a number leaves the number's array behind. So every access here runs
 * in a sub-manager of its own, which takes all of that with it when it closes.
 *
 * <p>Values are written by an indexed {@code set} with an array, the one form that copies into the
 * memory of the gradient. {@code copyTo} and {@code set(Buffer)} would make the gradient point at
 * memory of a Java buffer instead, and that is gone as soon as the handle is.
 */
final class GradientStorage {

    private GradientStorage() {}

    /** Returns a copy of the gradient, of the array's data type and attached to the manager. */
    static NDArray read(NDArray array, NDManager manager) {
        try (NDManager scratch = array.getManager().newSubManager()) {
            NDArray gradient = handle(array, scratch);
            // A gradient that torch has not made yet is float32 zeros, whatever the array is.
            boolean sameType = gradient.getDataType() == array.getDataType();
            NDArray copy =
                    sameType ? gradient.duplicate() : gradient.toType(array.getDataType(), true);
            copy.attach(manager);
            return copy;
        }
    }

    /** Sets the gradient to zero, whatever it held. */
    static void clear(NDArray array) {
        try (NDManager scratch = array.getManager().newSubManager()) {
            NDArray gradient = handle(array, scratch);
            // One number for all: writing zeros of full size would take another pass over memory.
            overwrite(gradient, scratch.zeros(new Shape(1), gradient.getDataType()));
        }
    }

    /** Copies the values into the gradient and tells whether they arrived there. */
    static boolean write(NDArray array, NDArray values) {
        try (NDManager scratch = array.getManager().newSubManager()) {
            overwrite(handle(array, scratch), values);
            return !anyNonZero(values, scratch) || anyNonZero(handle(array, scratch), scratch);
        }
    }

    /** Tells whether the gradient holds anything but zeros; NaN counts as something. */
    static boolean anyNonZero(NDArray array) {
        try (NDManager scratch = array.getManager().newSubManager()) {
            return anyNonZero(handle(array, scratch), scratch);
        }
    }

    private static boolean anyNonZero(NDArray values, NDManager scratch) {
        if (values.isEmpty()) {
            return false;
        }
        try (NDArray zeros = values.zerosLike();
                NDArray flags = values.neq(zeros)) {
            flags.attach(scratch);
            return flags.any().getBoolean();
        }
    }

    private static NDArray handle(NDArray array, NDManager scratch) {
        NDArray gradient = array.getGradient();
        gradient.attach(scratch);
        return gradient;
    }

    private static void overwrite(NDArray target, NDArray values) {
        if (!target.isEmpty()) {
            target.set(new NDIndex("..."), values);
        }
    }
}
