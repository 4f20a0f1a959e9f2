package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;

/**
 * What one forward and backward pass tells an attack.
 *
 * @param logits the scores, {@code (batch, classes)} with at least 2 classes
 * @param losses the loss of each example, {@code (batch)}
 * @param gradient the gradient of the sum of the losses, of the shape of the inputs: row i is the
 *     gradient of loss i, as examples don't influence each other in inference mode
 */
public record InputGradient(NDArray logits, NDArray losses, NDArray gradient)
        implements AutoCloseable {

    /** Closes the three arrays. */
    @Override
    public void close() {
        logits.close();
        losses.close();
        gradient.close();
    }
}
