package io.github.gradkit.learninit.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.internal.Moments;

/**
 * Means and standard deviations of numbers.
 *
 * @param mean {@code (1, ...)}
 * @param spread of the same shape, positive
 */
record Standard(NDArray mean, NDArray spread) implements AutoCloseable {

    static Standard of(NDManager manager, Shape row, Moments moments) {
        Shape shape = new Shape(1).addAll(row);
        return new Standard(
                array(manager, moments.means(), shape), array(manager, moments.spreads(), shape));
    }

    private static NDArray array(NDManager manager, float[] numbers, Shape shape) {
        // A copy: inside a gradient collector no array of a Java buffer should be used.
        try (NDArray buffered = manager.create(numbers, shape)) {
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
