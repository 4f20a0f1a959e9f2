package io.github.gradkit.advtrain.linear;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.loss.Loss;
import io.github.gradkit.support.gradient.CollectorConstants;

/** The losses of the theory for labels of -1 and 1, as a user would write them. */
final class MarginLoss extends Loss {

    private final LinearLoss loss;
    private final CollectorConstants constants;

    MarginLoss(LinearLoss loss, CollectorConstants constants) {
        super(loss.name());
        this.loss = loss;
        this.constants = constants;
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray margins = predictions.singletonOrThrow().mul(labels.singletonOrThrow());
        NDArray exponential = margins.neg().exp();
        return loss == LinearLoss.EXPONENTIAL
                ? exponential.mean()
                : exponential.add(constants.scalar(1, DataType.FLOAT32)).log().mean();
    }
}
