package io.github.gradkit.learninit.descent;

import ai.djl.ndarray.NDArray;

/**
 * What one forward and backward pass tells of an objective.
 *
 * @param values the values, {@code (instances)}, float32
 * @param gradient the gradient of the sum of the values, of the shape of the argument: as instances
 *     don't influence each other, row i is the gradient of value i
 */
public record ValueGradient(NDArray values, NDArray gradient) implements AutoCloseable {

    /** Closes both arrays. */
    @Override
    public void close() {
        values.close();
        gradient.close();
    }
}
