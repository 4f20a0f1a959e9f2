package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;

/**
 * What an attack maximises, example by example.
 *
 * <p>Losses are not averaged over the batch, so that examples stay independent. The ready-made ones
 * are in {@link StandardLoss}.
 */
public interface AttackLoss {

    /**
     * Returns the name for reports.
     *
     * @return such as {@code CE}
     */
    String title();

    /**
     * Computes the losses, inside or outside a gradient collector.
     *
     * @param input scores, labels and what else a loss may need
     * @return the losses, {@code (batch)}, of the data type of the scores
     */
    NDArray evaluate(LossInput input);

    /**
     * Tells whether the loss needs the scores of the unperturbed inputs.
     *
     * @return true if {@link LossInput#cleanLogits()} must be there
     */
    default boolean needsCleanLogits() {
        return false;
    }
}
