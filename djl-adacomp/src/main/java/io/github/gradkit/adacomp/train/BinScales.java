package io.github.gradkit.adacomp.train;

import io.github.gradkit.adacomp.compress.AdaComp;
import io.github.gradkit.adacomp.compress.ScaleRule;
import io.github.gradkit.adacomp.compress.TernaryUpdate;
import java.util.Arrays;

/**
 * Computes the scales of a layer from what the device found, in the order and precision of the host
 * form of AdaComp: sums of doubles depend on their order, so they are not left to the device.
 */
final class BinScales {

    private final int size;
    private final int binLength;
    private final AdaComp.Settings settings;
    private final float[] scales;

    /**
     * Computes the scales.
     *
     * @param largest the largest size of each bin
     * @param codes of the values that were selected, twice the index, plus 1 if negative; rising
     * @param selected these values; empty where the scale does not depend on them
     */
    BinScales(
            int size,
            int binLength,
            AdaComp.Settings settings,
            float[] largest,
            int[] codes,
            float[] selected) {
        this.size = size;
        this.binLength = binLength;
        this.settings = settings;
        scales = new float[TernaryUpdate.scaleCount(size, binLength, settings.binsPerScale())];
        if (settings.scaleRule() == ScaleRule.MEAN_OF_BINS) {
            meansOfBins(largest);
        } else {
            meansSent(codes, selected);
        }
    }

    private void meansOfBins(float[] largest) {
        for (int g = 0; g < scales.length; g++) {
            int from = (int) ((long) g * settings.binsPerScale());
            int to = (int) Math.min(largest.length, (long) from + settings.binsPerScale());
            double sum = 0;
            for (int bin = from; bin < to; bin++) {
                sum += largest[bin];
            }
            scales[g] = (float) (sum / (to - from));
        }
    }

    private void meansSent(int[] codes, float[] selected) {
        int from = 0;
        for (int g = 0; g < scales.length; g++) {
            int to = from;
            double sum = 0;
            while (to < codes.length && group(codes[to]) == g) {
                sum += Math.abs(selected[to++]);
            }
            scales[g] = to == from ? 0 : (float) (sum / (to - from));
            from = to;
        }
    }

    private int group(int code) {
        return (int) ((code >>> 1) / ((long) binLength * settings.binsPerScale()));
    }

    /** Returns the values that are sent, and 0 for those whose scale is 0. */
    float[] values(int[] codes) {
        float[] values = new float[codes.length];
        for (int i = 0; i < codes.length; i++) {
            float scale = scales[group(codes[i])];
            values[i] = (codes[i] & 1) == 0 ? scale : -scale;
        }
        return values;
    }

    /** Returns what is sent, which is nothing where the scale is 0. */
    TernaryUpdate update(int[] codes) {
        int[] sent = Arrays.stream(codes).filter(code -> scales[group(code)] > 0).toArray();
        return new TernaryUpdate(size, binLength, settings.binsPerScale(), sent, scales);
    }

    /** Returns for each bin the largest size that is kept; infinite where nothing is cut off. */
    float[] limits(int bins) {
        float[] limits = new float[bins];
        for (int bin = 0; bin < bins; bin++) {
            float scale = scales[bin / settings.binsPerScale()];
            limits[bin] = scale > 0 ? settings.residueClip() * scale : Float.POSITIVE_INFINITY;
        }
        return limits;
    }
}
