package io.github.gradkit.learninit.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.internal.Checks;
import java.util.List;

/**
 * Which inputs can be explained.
 *
 * @param shape the shape of one input
 * @param lowest the least number, the background
 * @param highest the largest number
 */
record InputRange(Shape shape, double lowest, double highest) {

    /** What rounding may add to a number. */
    private static final double SLACK = 1e-6;

    /** Makes an array of inputs, {@code (instances, ...)}. */
    NDArray array(NDManager manager, List<float[]> inputs) {
        Checks.atLeast(inputs.size(), 1, "The number of inputs");
        int size = Math.toIntExact(shape.size());
        float[] flat = new float[inputs.size() * size];
        for (int i = 0; i < inputs.size(); i++) {
            if (inputs.get(i).length != size) {
                throw new IllegalArgumentException(
                        "Input "
                                + i
                                + " has "
                                + inputs.get(i).length
                                + " numbers, but the shape "
                                + shape
                                + " has "
                                + size
                                + ".");
            }
            System.arraycopy(inputs.get(i), 0, flat, i * size, size);
        }
        return manager.create(flat, new Shape(inputs.size()).addAll(shape));
    }

    /** Checks inputs {@code (instances, ...)}. */
    void require(NDArray inputs) {
        Shape all = inputs.getShape();
        if (all.dimension() == 0
                || all.get(0) == 0
                || !all.slice(1).equals(shape)
                || inputs.getDataType() != DataType.FLOAT32) {
            throw new IllegalArgumentException(
                    "The inputs are "
                            + inputs.getDataType()
                            + " "
                            + all
                            + ", but must be float32 (instances), 1 or more, followed by "
                            + shape
                            + ".");
        }
        for (float number : inputs.toFloatArray()) {
            requireInside(number);
        }
    }

    private void requireInside(float number) {
        if (!(number >= lowest - SLACK && number <= highest + SLACK)) {
            throw new IllegalArgumentException(
                    "An input has the number "
                            + number
                            + ", out of the range from "
                            + lowest
                            + " to "
                            + highest
                            + ", so nothing could be added to it. Set the range with optRange.");
        }
    }
}
