package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import java.util.Objects;

/** How far the score of the target is above that of the label, whatever the other classes do. */
enum LogitDifference implements AttackLoss {
    INSTANCE;

    @Override
    public String title() {
        return "difference";
    }

    @Override
    public NDArray evaluate(LossInput input) {
        NDArray targets = Objects.requireNonNull(input.targets(), "a difference needs a target");
        return input.scoreOf(targets).sub(input.scoreOf(input.labels()));
    }
}
