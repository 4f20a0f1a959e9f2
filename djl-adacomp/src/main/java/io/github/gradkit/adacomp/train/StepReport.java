package io.github.gradkit.adacomp.train;

import java.util.List;

/** What a step sent, and how long it took. */
record StepReport(
        long step, long packNanos, long exchangeNanos, long unpackNanos, List<Layer> layers) {

    /** What a step sent of one layer; without bins these are 0, without a residue its norm NaN. */
    record Layer(
            String path,
            int size,
            int sent,
            long paperBits,
            long bytes,
            long bins,
            double residueNorm,
            double gradientNorm) {}
}
