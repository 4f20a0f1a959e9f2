package io.github.gradkit.adacomp.compress;

/** How the scale of what is sent follows from the values. */
public enum ScaleRule {
    /**
     * The mean over the bins of the largest size in each, bins of zeros included. This is the scale
     * of the algorithm.
     */
    MEAN_OF_BINS,
    /**
     * The mean size of the values that are sent, which leaves the least squared error for that
     * choice of values.
     */
    LEAST_SQUARES
}
