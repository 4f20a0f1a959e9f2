package io.github.gradkit.advtrain.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import io.github.gradkit.advtrain.attack.LossInput;
import io.github.gradkit.advtrain.attack.StandardLoss;
import io.github.gradkit.support.gradient.CollectorConstants;

/**
 * A loss that compares the outputs for clean and for perturbed inputs, as {@link
 * AdversarialTrainer} delivers them.
 *
 * <p>On validation batches there are clean outputs only; the loss is their cross-entropy then.
 */
public abstract class PairedLoss extends Loss {

    /**
     * Makes a loss.
     *
     * @param name the name for metrics
     */
    protected PairedLoss(String name) {
        super(name);
    }

    /**
     * Computes the loss.
     *
     * @param labels the labels first: the classes from 0, {@code (batch)} or {@code (batch, 1)}
     * @param predictions the clean logits first, {@code (batch, classes)}, and the perturbed ones
     *     second, if there are any; one logit, {@code (batch, 1)}, stands for two classes
     * @return the mean over the batch, a scalar
     * @throws IllegalArgumentException if there is not one label per example
     */
    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray clean = LossInput.twoOrMore(predictions.head());
        requireOnePerExample(labels.head().getShape(), clean.getShape().get(0));
        // Closed with the batch, which is after the backward pass.
        CollectorConstants constants = CollectorConstants.of(clean.getManager());
        NDArray column = LossInput.column(labels.head(), clean);
        LossInput input = new LossInput(clean, column, null, null, constants);
        if (predictions.size() < 2) {
            return StandardLoss.CROSS_ENTROPY.evaluate(input).mean();
        }
        NDArray perturbed = LossInput.twoOrMore(predictions.get(1));
        return evaluate(input, new LossInput(perturbed, column, null, clean, constants));
    }

    private static void requireOnePerExample(Shape labels, long batch) {
        if (labels.size() != batch) {
            throw new IllegalArgumentException(
                    "The labels have the shape "
                            + labels
                            + " for a batch of "
                            + batch
                            + ". The loss needs one class per example, (batch) or (batch, 1);"
                            + " turn one-hot rows into classes with argMax(1).");
        }
    }

    /**
     * Computes the loss of a pair.
     *
     * @param clean the clean logits
     * @param perturbed the perturbed logits, with the clean ones as {@link LossInput#cleanLogits()}
     * @return the mean over the batch, a scalar
     */
    protected abstract NDArray evaluate(LossInput clean, LossInput perturbed);
}
