package io.github.gradkit.adm.train;

import org.jspecify.annotations.Nullable;

/** The mean of energies over images that come some at a time. */
final class MeanEnergy {

    private @Nullable LatentEnergy mean;
    private int images;

    /** Adds the mean over some images. */
    void add(LatentEnergy energy, int count) {
        images += count;
        mean = mean == null ? energy : mean.merge(energy, count / (double) images);
    }

    /** Returns the mean over all images so far, or nothing if there were none. */
    @Nullable LatentEnergy mean() {
        return mean;
    }

    int images() {
        return images;
    }
}
