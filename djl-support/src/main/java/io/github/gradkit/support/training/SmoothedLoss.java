package io.github.gradkit.support.training;

/**
 * The exponential moving mean of the losses of recent batches, about ten of them. Losses that are
 * not finite are kept out. Not safe for use by several threads at once.
 */
public final class SmoothedLoss {

    private static final double MEMORY = 0.9;
    private static final int SETTLED = 10;

    private double mean = Double.NaN;
    private long batches;

    /** Starts without any loss. */
    public SmoothedLoss() {}

    /**
     * Takes the loss of a batch; one that is not finite is passed over.
     *
     * @param loss the loss
     */
    public void add(double loss) {
        if (Double.isFinite(loss)) {
            mean = batches == 0 ? loss : MEMORY * mean + (1 - MEMORY) * loss;
            batches++;
        }
    }

    /**
     * Takes a loss as what the mean of recent batches is by now.
     *
     * @param loss the loss, finite
     */
    public void restartFrom(double loss) {
        mean = loss;
        batches = SETTLED;
    }

    /**
     * Returns the mean.
     *
     * @return the mean, NaN before the first loss
     */
    public double mean() {
        return mean;
    }

    /**
     * Tells whether the mean is worth comparing with.
     *
     * @return whether ten losses or more have been taken
     */
    public boolean isSettled() {
        return batches >= SETTLED;
    }
}
