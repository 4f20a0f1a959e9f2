package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * Arrays read from a file for one parameter.
 *
 * @param gradient the gradient of the last update, flat, or {@code null} if none is kept
 * @param memory what the rule remembers
 * @param lastUpdate the number of the step that last updated the parameter
 * @param replicas on how many devices the parameter was
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record SavedSlot(@Nullable NDArray gradient, NDArray[] memory, long lastUpdate, int replicas)
        implements AutoCloseable {

    @Override
    public void close() {
        if (gradient != null) {
            gradient.close();
        }
        for (NDArray array : memory) {
            array.close();
        }
    }
}
