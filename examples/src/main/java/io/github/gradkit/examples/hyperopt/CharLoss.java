package io.github.gradkit.examples.hyperopt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;

/** The mean cross-entropy of all characters of all sequences. */
final class CharLoss extends Loss {

    private final Loss perCharacter = Loss.softmaxCrossEntropyLoss();

    CharLoss() {
        super("CharLoss");
    }

    /**
     * {@inheritDoc}
     *
     * <p>On PyTorch, DJL's loss takes one label per row only, so sequences are put end to end.
     */
    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray scores = predictions.singletonOrThrow();
        long alphabet = scores.getShape().getLastDimension();
        return perCharacter.evaluate(
                new NDList(labels.singletonOrThrow().flatten()),
                new NDList(scores.reshape(-1, alphabet)));
    }
}
