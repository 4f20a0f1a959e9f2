package io.github.gradkit.support.gradient;

import ai.djl.ndarray.types.DataType;

/** Which numbers an array of a given type can hold. */
final class WholeNumbers {

    /** From here on, not every whole number is a double. */
    private static final double LARGEST_EXACT = 0x1p53;

    private WholeNumbers() {}

    static void requireFit(double value, DataType type) {
        if (type.isFloating()) {
            return;
        }
        if (!type.isInteger()) {
            throw new IllegalArgumentException(
                    "A constant must be of a floating or integer type, but "
                            + type
                            + " was asked for. Convert the array with toType first.");
        }
        if (value != Math.rint(value) || !inRange(value, type)) {
            throw new IllegalArgumentException(
                    "The value "
                            + value
                            + " cannot be held by "
                            + type
                            + " and would be changed without notice. Convert the array to a"
                            + " floating type first.");
        }
    }

    private static boolean inRange(double value, DataType type) {
        boolean signed = type.getFormat() == DataType.Format.INT;
        int bits = 8 * type.getNumOfBytes();
        double limit = Math.min(LARGEST_EXACT, Math.scalb(1.0, signed ? bits - 1 : bits) - 1);
        double lowest = signed ? -limit - 1 : 0;
        return value >= Math.max(lowest, -LARGEST_EXACT) && value <= limit;
    }
}
