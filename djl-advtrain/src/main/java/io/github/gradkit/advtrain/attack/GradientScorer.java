package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.support.gradient.CollectorConstants;

/** A classifier that can also tell the gradient of a loss with respect to its inputs. */
public interface GradientScorer extends Scorer {

    /**
     * Scores a batch of inputs and differentiates the sum of their losses by them.
     *
     * @param inputs the inputs, {@code (batch, ...)}, of floating type; not closed or changed
     * @param loss the loss of each example
     * @return scores, losses and gradient, on the manager of the inputs; closed by the caller
     */
    InputGradient gradient(NDArray inputs, LossOfLogits loss);

    /** The loss of each example of one batch as a function of the scores. */
    @FunctionalInterface
    interface LossOfLogits {

        /**
         * Computes the losses inside a gradient collector.
         *
         * @param logits the scores, {@code (batch, classes)} with at least 2 classes; one logit of
         *     a binary model has become the two scores 0 and the logit
         * @param constants for arithmetic with numbers, see {@link CollectorConstants}
         * @return the losses, {@code (batch)}
         */
        NDArray of(NDArray logits, CollectorConstants constants);
    }
}
