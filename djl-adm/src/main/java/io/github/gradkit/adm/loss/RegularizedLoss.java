package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;
import io.github.gradkit.support.gradient.CollectorConstants;

/**
 * A data loss plus a multiple of a regulariser: {@code H + lambda * R}.
 *
 * <p>Both see the same labels and predictions. For several regularisers, let the data loss be a
 * regularised one. Adds nothing to the cost of the two.
 *
 * <p>The multiple is safe from the Java garbage collector, unlike that of Deep Java Library's
 * weighted losses; see {@link CollectorConstants}.
 */
public final class RegularizedLoss extends Loss {

    private final Loss data;
    private final double lambda;
    private final Loss regularizer;

    private RegularizedLoss(String name, Loss data, double lambda, Loss regularizer) {
        super(name);
        this.data = data;
        this.lambda = lambda;
        this.regularizer = regularizer;
    }

    /**
     * Returns the sum, named {@code RegularizedLoss}.
     *
     * @param data the loss of the labels
     * @param lambda the weight of the regulariser, finite, 0 or more; with 0 it is not computed
     * @param regularizer the loss of all pixels
     * @return the loss
     * @throws IllegalArgumentException if lambda is negative or not finite
     */
    public static RegularizedLoss of(Loss data, double lambda, Loss regularizer) {
        return of("RegularizedLoss", data, lambda, regularizer);
    }

    /**
     * Returns the sum under a name.
     *
     * @param name the name for metrics
     * @param data the loss of the labels
     * @param lambda the weight of the regulariser, finite, 0 or more; with 0 it is not computed
     * @param regularizer the loss of all pixels
     * @return the loss
     * @throws IllegalArgumentException if lambda is negative or not finite
     */
    public static RegularizedLoss of(String name, Loss data, double lambda, Loss regularizer) {
        if (!(lambda >= 0 && lambda < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "The weight of the regulariser is "
                            + lambda
                            + ", but must be finite and 0 or more: a negative one would ask for"
                            + " ragged segments.");
        }
        return new RegularizedLoss(name, data, lambda, regularizer);
    }

    /**
     * Computes the loss.
     *
     * @param labels the labels, as both losses need them
     * @param predictions the scores {@code (batch, labels, height, width)}
     * @return a scalar, on the manager of the data loss
     * @throws IllegalArgumentException if one of the losses does not accept them
     */
    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray cost = data.evaluate(labels, predictions);
        if (lambda == 0) {
            return cost;
        }
        try (cost;
                CollectorConstants constants = CollectorConstants.of(cost.getManager());
                NDArray energy = regularizer.evaluate(labels, predictions);
                NDArray weighted = constants.mul(energy, lambda)) {
            return cost.add(weighted);
        }
    }
}
