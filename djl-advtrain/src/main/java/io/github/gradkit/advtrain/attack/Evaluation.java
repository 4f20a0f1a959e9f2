package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.advtrain.internal.Predictions;
import org.jspecify.annotations.Nullable;

/**
 * What the model says of one perturbation per example.
 *
 * @param predictions the scores
 * @param losses the loss of each example
 * @param success which examples are broken
 * @param gradient the gradient of the loss by the perturbation, {@code (batch, features)}, finite;
 *     {@code null} if it was not asked for
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record Evaluation(
        Predictions predictions, double[] losses, boolean[] success, @Nullable NDArray gradient)
        implements AutoCloseable {

    /** Returns the gradient that was asked for. */
    NDArray requireGradient() {
        if (gradient == null) {
            throw new IllegalStateException("no gradient was asked for");
        }
        return gradient;
    }

    @Override
    public void close() {
        if (gradient != null) {
            gradient.close();
        }
    }
}
