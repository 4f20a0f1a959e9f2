package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the last update of some weights, all flat and of one size.
 *
 * @param gradient its gradient with weight decay, or {@code null} if the rule does not need it
 * @param memory what the rule remembers
 * @param weight the weight after the update, or {@code null} if it is not needed
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record Remembered(@Nullable NDArray gradient, NDArray[] memory, @Nullable NDArray weight) {

    NDArray requireGradient() {
        if (gradient == null) {
            throw new IllegalStateException("The last gradient was not kept.");
        }
        return gradient;
    }

    NDArray requireWeight() {
        if (weight == null) {
            throw new IllegalStateException("The weight was not asked for.");
        }
        return weight;
    }
}
