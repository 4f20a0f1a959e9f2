package io.github.gradkit.tracin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * A differentiable quantity of a batch: a loss, or a score such as the logit of a class.
 *
 * <p>DJL's {@code Loss} fits as {@code loss::evaluate}. Inside, use NDArray operations only, and no
 * arithmetic with Java numbers such as {@code mul(2)}: DJL may free the number before the backward
 * pass.
 */
@FunctionalInterface
public interface Objective {

    /**
     * Computes the quantity.
     *
     * @param labels the labels of the batch, each {@code (batch, ...)}; may be empty
     * @param predictions the outputs of the model, each {@code (batch, ...)}
     * @return the mean or the sum over the batch as a scalar, or one value per example {@code
     *     (batch)}
     */
    NDArray evaluate(NDList labels, NDList predictions);
}
