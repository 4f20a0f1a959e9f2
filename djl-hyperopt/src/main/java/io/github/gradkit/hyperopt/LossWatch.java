package io.github.gradkit.hyperopt;

/** Tells a spike from the usual ups and downs of the loss. */
final class LossWatch {

    private static final double MEMORY = 0.9;
    private static final int WARM_UP = 10;

    private final double factor;
    private double mean = Double.NaN;
    private long batches;

    LossWatch(double factor) {
        this.factor = factor;
    }

    /** Takes the loss of a batch; a spike does not enter the mean. */
    boolean isSpike(double loss) {
        if (!Double.isFinite(loss)) {
            return true;
        }
        if (batches >= WARM_UP && loss > factor * Math.abs(mean)) {
            return true;
        }
        mean = batches == 0 ? loss : MEMORY * mean + (1 - MEMORY) * loss;
        batches++;
        return false;
    }

    /** Takes a loss as the mean of recent ones. */
    void restartFrom(double loss) {
        mean = loss;
        // Known well enough to tell the next leap at once.
        batches = WARM_UP;
    }
}
