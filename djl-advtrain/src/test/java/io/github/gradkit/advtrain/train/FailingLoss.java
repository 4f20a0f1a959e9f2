package io.github.gradkit.advtrain.train;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.advtrain.attack.AttackLoss;
import io.github.gradkit.advtrain.attack.LossInput;
import io.github.gradkit.advtrain.attack.StandardLoss;

/** A loss that fails once, in the midst of a gradient pass. */
final class FailingLoss implements AttackLoss {

    static final String MESSAGE = "on purpose";

    private int left;

    FailingLoss(int passesBefore) {
        left = passesBefore;
    }

    @Override
    public String title() {
        return "failing";
    }

    @Override
    public NDArray evaluate(LossInput input) {
        if (left-- == 0) {
            throw new IllegalStateException(MESSAGE);
        }
        return StandardLoss.CROSS_ENTROPY.evaluate(input);
    }
}
