package io.github.gradkit.learninit.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Means and standard deviations of numbers.
 *
 * @param mean {@code (1, ...)}
 * @param spread of the same shape, positive
 */
record Standard(NDArray mean, NDArray spread) implements AutoCloseable {

    static Standard of(NDManager manager, Shape row, double[][] moments) {
        Shape shape = new Shape(1).addAll(row);
        return new Standard(array(manager, moments[0], shape), array(manager, moments[1], shape));
    }

    private static NDArray array(NDManager manager, double[] numbers, Shape shape) {
        float[] floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers[i];
        }
        // A copy: inside a gradient collector no array of a Java buffer should be used.
        try (NDArray buffered = manager.create(floats, shape)) {
            return buffered.duplicate();
        }
    }

    Shape row() {
        return mean.getShape().slice(1);
    }

    NDArray in(NDArray plain) {
        return plain.sub(mean).div(spread);
    }

    NDArray out(NDArray standard) {
        return standard.mul(spread).add(mean);
    }

    @Override
    public void close() {
        mean.close();
        spread.close();
    }
}
