package io.github.gradkit.learninit.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** Arrays of the engine and of Java. */
final class HostFloats {

    private HostFloats() {}

    /** Copies an array of any floating type, row by row. */
    static float[] of(NDArray array) {
        try (NDArray typed = array.toType(DataType.FLOAT32, true)) {
            return typed.toFloatArray();
        }
    }

    /** Makes an array of the shape, the type and the device of another one, on its manager. */
    static NDArray like(NDArray other, float[] values) {
        try (NDArray given = other.getManager().create(values, other.getShape());
                NDArray typed = given.toType(other.getDataType(), true);
                NDArray moved = typed.toDevice(other.getDevice(), true)) {
            // The copy leaves the Java buffer that a new array sits on.
            return moved.duplicate();
        }
    }
}
