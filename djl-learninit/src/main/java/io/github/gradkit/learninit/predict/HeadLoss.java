package io.github.gradkit.learninit.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;
import io.github.gradkit.support.gradient.CollectorConstants;

/**
 * The mean squared error of the best of several guesses, and a little of the error of all, so that
 * a guess that is nowhere the best still learns. With one guess, the mean squared error.
 *
 * <p>Source: multiple choice learning (A. Guzman-Rivera et al., NIPS 2012), relaxed as in C.
 * Rupprecht et al., ICCV 2017, equation 6.
 */
final class HeadLoss extends Loss {

    private static final double ALL = 0.05;

    private final int heads;

    HeadLoss(int heads) {
        super("SquaredError");
        this.heads = heads;
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray wanted = labels.head();
        long rows = wanted.getShape().get(0);
        long size = wanted.getShape().get(1);
        requireSize(predictions.singletonOrThrow(), rows, heads, size);
        NDArray guesses = predictions.singletonOrThrow().reshape(rows, heads, size);
        NDArray errors = guesses.sub(wanted.reshape(rows, 1, size)).square();
        if (heads == 1) {
            return errors.mean();
        }
        // Closed with the manager of the batch, which is after the backward pass.
        CollectorConstants constants = CollectorConstants.of(wanted.getManager());
        NDArray best = errors.mean(new int[] {2}).min(new int[] {1}).mean();
        return constants.mul(best, 1 - ALL).add(constants.mul(errors.mean(), ALL));
    }

    /** Checks that a block gives as many numbers as are wanted. */
    static void requireSize(NDArray guesses, long rows, int heads, long size) {
        if (guesses.size() != rows * heads * size) {
            throw new IllegalStateException(
                    "The block must give "
                            + heads * size
                            + " numbers per instance, but gave "
                            + guesses.getShape()
                            + " for "
                            + rows
                            + " instances.");
        }
    }
}
