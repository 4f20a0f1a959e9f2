package io.github.gradkit.hyperopt;

import io.github.gradkit.support.training.SmoothedLoss;

/** Tells a spike from the usual ups and downs of the loss. */
final class LossWatch {

    private final double factor;
    private final SmoothedLoss recent = new SmoothedLoss();

    LossWatch(double factor) {
        this.factor = factor;
    }

    /** Takes the loss of a batch; a spike does not enter the mean. */
    boolean isSpike(double loss) {
        if (!Double.isFinite(loss)) {
            return true;
        }
        if (recent.isSettled() && loss > factor * Math.abs(recent.mean())) {
            return true;
        }
        recent.add(loss);
        return false;
    }

    /** Takes a loss as the mean of recent ones, by which the next leap is told at once. */
    void restartFrom(double loss) {
        recent.restartFrom(loss);
    }
}
