package io.github.gradkit.advtrain.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.evaluator.AbstractAccuracy;
import ai.djl.util.Pair;
import io.github.gradkit.advtrain.attack.LossInput;

/**
 * The accuracy on the perturbed inputs of training batches, for an {@link AdversarialTrainer} with
 * a {@link PairedLoss}: {@code config.addEvaluator(PerturbedAccuracy.of())}.
 *
 * <p>It is what the attack of the training leaves, in training mode, so it overstates robustness.
 * Batches without perturbed outputs, as those of the validation set, don't count; the accuracy of
 * none is NaN. A single logit stands for two classes.
 */
public final class PerturbedAccuracy extends AbstractAccuracy {

    private PerturbedAccuracy() {
        super("PerturbedAccuracy");
    }

    /**
     * Returns the evaluator.
     *
     * @return a new evaluator, for one training
     */
    public static PerturbedAccuracy of() {
        return new PerturbedAccuracy();
    }

    @Override
    public void updateAccumulators(String[] keys, NDList labels, NDList predictions) {
        if (predictions.size() > 1) {
            super.updateAccumulators(keys, labels, predictions);
        }
    }

    @Override
    protected Pair<Long, NDArray> accuracyHelper(NDList labels, NDList predictions) {
        NDArray scores = LossInput.twoOrMore(predictions.get(predictions.size() - 1));
        NDArray classes = labels.head().toType(DataType.INT64, false).reshape(-1);
        NDArray predicted = scores.argMax(1).toType(DataType.INT64, false);
        return new Pair<>(classes.size(), predicted.eq(classes).countNonzero());
    }
}
