package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.support.gradient.CollectorConstants;
import java.util.function.IntToDoubleFunction;

/**
 * A data loss plus a multiple of a regulariser: {@code H + lambda * R}.
 *
 * <p>Both see the same labels and predictions. For several regularisers, let the data loss be a
 * regularised one. Adds nothing to the cost of the two.
 *
 * <p>What evaluators report is made up of what the two report: the mean of the data loss plus
 * lambda times the mean of the regulariser. So a loss that answers an evaluator otherwise than by a
 * new evaluation, as {@link io.github.gradkit.adm.train.AdmLoss} does, may be part of a sum. Lambda
 * is then the one of the newest evaluation, or before there is one, the first of the schedule;
 * evaluators don't move a schedule on. Both parts keep totals under the keys of the sum.
 *
 * <p>It may be evaluated by several threads if both parts may.
 *
 * <p>The multiple is safe from the Java garbage collector, unlike that of Deep Java Library's
 * weighted losses; see {@link CollectorConstants}.
 */
public final class RegularizedLoss extends Loss {

    private final Loss data;
    private final Loss regularizer;
    private final IntToDoubleFunction schedule;
    private final boolean dataAlone;
    private int evaluations;
    private double newest;

    private RegularizedLoss(
            String name,
            Loss data,
            IntToDoubleFunction schedule,
            boolean dataAlone,
            Loss regularizer) {
        super(name);
        this.data = data;
        this.regularizer = regularizer;
        this.schedule = schedule;
        this.dataAlone = dataAlone;
        this.newest = weight(0);
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
        return new RegularizedLoss(name, data, n -> lambda, lambda == 0, regularizer);
    }

    /**
     * Returns the sum with a weight that changes in training, named {@code RegularizedLoss}.
     *
     * @param data the loss of the labels
     * @param lambda gives the weight of the regulariser, finite, 0 or more, from the number of
     *     evaluations before; asked once an evaluation, and once here. While it is 0, only
     *     evaluators need the regulariser
     * @param regularizer the loss of all pixels
     * @return the loss
     * @throws IllegalArgumentException if the first lambda is negative or not finite
     */
    public static RegularizedLoss of(Loss data, Tracker lambda, Loss regularizer) {
        return of("RegularizedLoss", data, lambda, regularizer);
    }

    /**
     * Returns the sum with a weight that changes in training, under a name.
     *
     * @param name the name for metrics
     * @param data the loss of the labels
     * @param lambda gives the weight of the regulariser, finite, 0 or more, from the number of
     *     evaluations before; asked once an evaluation, and once here. While it is 0, only
     *     evaluators need the regulariser
     * @param regularizer the loss of all pixels
     * @return the loss
     * @throws IllegalArgumentException if the first lambda is negative or not finite
     */
    public static RegularizedLoss of(String name, Loss data, Tracker lambda, Loss regularizer) {
        return new RegularizedLoss(name, data, lambda::getNewValue, false, regularizer);
    }

    private double weight(int evaluation) {
        double lambda = schedule.applyAsDouble(evaluation);
        if (!(lambda >= 0 && lambda < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "The weight of the regulariser is "
                            + lambda
                            + ", but must be finite and 0 or more: a negative one would ask for"
                            + " ragged segments.");
        }
        return lambda;
    }

    private synchronized double nextWeight() {
        newest = weight(evaluations++);
        return newest;
    }

    private synchronized double newestWeight() {
        return newest;
    }

    /**
     * Computes the loss.
     *
     * @param labels the labels, as both losses need them
     * @param predictions the scores {@code (batch, labels, height, width)}
     * @return a scalar, on the manager of the data loss
     * @throws IllegalArgumentException if one of the losses does not accept them, or a schedule
     *     gives a lambda that is negative or not finite
     */
    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        double lambda = nextWeight();
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

    @Override
    public void addAccumulator(String key) {
        data.addAccumulator(key);
        regularizer.addAccumulator(key);
    }

    @Override
    public void updateAccumulators(String[] keys, NDList labels, NDList predictions) {
        data.updateAccumulators(keys, labels, predictions);
        if (!dataAlone) {
            regularizer.updateAccumulators(keys, labels, predictions);
        }
    }

    @Override
    public void resetAccumulator(String key) {
        data.resetAccumulator(key);
        regularizer.resetAccumulator(key);
    }

    /**
     * Returns the mean of the data loss plus the newest lambda times that of the regulariser.
     *
     * @param key the key of the accumulator
     * @return the sum; NaN if nothing was accumulated
     * @throws IllegalArgumentException if there is no such accumulator
     */
    @Override
    public float getAccumulator(String key) {
        float mean = data.getAccumulator(key);
        double lambda = newestWeight();
        return lambda == 0 ? mean : (float) (mean + lambda * regularizer.getAccumulator(key));
    }
}
