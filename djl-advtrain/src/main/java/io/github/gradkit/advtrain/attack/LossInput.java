package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.gradkit.support.gradient.CollectorConstants;
import org.jspecify.annotations.Nullable;

/**
 * What a loss may look at.
 *
 * @param logits the scores of the perturbed inputs, {@code (batch, classes)}, at least 2 classes
 * @param labels the true classes, int64 {@code (batch, 1)}
 * @param targets the classes to move towards, int64 {@code (batch, 1)}, or {@code null} to move
 *     away from the labels
 * @param cleanLogits the scores of the unperturbed inputs, {@code (batch, classes)}, or {@code
 *     null} unless {@link AttackLoss#needsCleanLogits()}
 * @param constants for arithmetic with numbers inside a gradient collector
 */
public record LossInput(
        NDArray logits,
        NDArray labels,
        @Nullable NDArray targets,
        @Nullable NDArray cleanLogits,
        CollectorConstants constants) {

    /**
     * Returns the number of classes.
     *
     * @return at least 2
     */
    public long classes() {
        return logits.getShape().get(1);
    }

    /**
     * Brings scores into the form of {@link #logits()}.
     *
     * @param scores {@code (batch, classes)}, {@code (batch, 1)} or {@code (batch)}
     * @return {@code (batch, classes)}, float32 if they were float16; a single logit z becomes the
     *     two scores (0, z)
     * @throws IllegalArgumentException if the shape is another one
     */
    public static NDArray twoOrMore(NDArray scores) {
        return LogitShape.twoOrMore(scores, scores.getShape().get(0));
    }

    /**
     * Brings labels into the form of {@link #labels()}.
     *
     * @param labels the classes from 0, {@code (batch)} or {@code (batch, 1)}, of any number type
     * @param like decides the manager
     * @return int64 {@code (batch, 1)}, on the manager of {@code like}
     */
    public static NDArray column(NDArray labels, NDArray like) {
        NDArray column = labels.reshape(-1, 1).toType(DataType.INT64, false);
        column.attach(like.getManager());
        return column;
    }

    /**
     * Returns the probability of the most likely class other than the label.
     *
     * @return the probabilities, {@code (batch)}
     */
    public NDArray bestProbabilityOtherThanLabel() {
        NDArray log = logits.logSoftmax(1);
        return new LossInput(log, labels, targets, cleanLogits, constants)
                .bestOtherThan(labels)
                .exp();
    }

    /** Returns the score of one class per example, {@code (batch)}. */
    NDArray scoreOf(NDArray column) {
        return logits.gather(column, 1).squeeze(1);
    }

    /** Returns the best score among all classes but one per example, {@code (batch)}. */
    NDArray bestOtherThan(NDArray column) {
        NDArray chosen = column.squeeze(1).oneHot(Math.toIntExact(classes()), logits.getDataType());
        NDArray lowered = logits.sub(constants.mul(chosen, FAR_BELOW));
        return lowered.max(new int[] {1});
    }

    private static final double FAR_BELOW = 1e30;
}
