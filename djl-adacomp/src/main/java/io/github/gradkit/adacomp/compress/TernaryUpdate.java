package io.github.gradkit.adacomp.compress;

import java.util.Arrays;

/**
 * Some values of a layer, each of them plus or minus a scale.
 *
 * <p>The layer is cut into bins of a fixed length, the last of which may be shorter, and a scale
 * serves a fixed number of bins.
 */
public final class TernaryUpdate implements LayerUpdate {

    /** The longest bin whose indices fit the short form of the paper, less one. */
    private static final int SHORT_FORM = 64;

    private final int size;
    private final int binLength;
    private final int binsPerScale;
    private final int[] codes;
    private final float[] scales;

    /**
     * Takes what is sent.
     *
     * @param size the number of values of the layer
     * @param binLength the number of values of a bin, 1 or more
     * @param binsPerScale the number of bins that share a scale, 1 or more
     * @param codes for each value sent twice its index, plus 1 if it is negative; rising; not
     *     copied
     * @param scales one for each group of bins, finite and not negative; not copied
     * @throws IllegalArgumentException if one of these rules is broken
     */
    public TernaryUpdate(int size, int binLength, int binsPerScale, int[] codes, float[] scales) {
        if (binLength < 1 || binsPerScale < 1) {
            throw new IllegalArgumentException(
                    "A bin has 1 value or more and a scale serves 1 bin or more, but these are "
                            + binLength
                            + " and "
                            + binsPerScale
                            + ".");
        }
        if (scales.length != scaleCount(size, binLength, binsPerScale)) {
            throw new IllegalArgumentException(
                    "A layer of "
                            + size
                            + " values in bins of "
                            + binLength
                            + " with "
                            + binsPerScale
                            + " bins to a scale has "
                            + scaleCount(size, binLength, binsPerScale)
                            + " scales, but "
                            + scales.length
                            + " are given.");
        }
        for (float scale : scales) {
            if (!(UpdateChecks.finite("A scale", scale) >= 0)) {
                throw new IllegalArgumentException("A scale must not be negative: " + scale + ".");
            }
        }
        int before = -1;
        for (int code : codes) {
            int index = code >>> 1;
            UpdateChecks.requireRising(size, before, index);
            before = index;
        }
        this.size = size;
        this.binLength = binLength;
        this.binsPerScale = binsPerScale;
        this.codes = codes;
        this.scales = scales;
    }

    /**
     * Returns how many scales a layer has.
     *
     * @param size the number of values of the layer
     * @param binLength the number of values of a bin
     * @param binsPerScale the number of bins that share a scale
     * @return 1 for every begun group of bins
     */
    public static int scaleCount(int size, int binLength, int binsPerScale) {
        long group = (long) binLength * binsPerScale;
        return Math.toIntExact((size + group - 1) / group);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int sent() {
        return codes.length;
    }

    /**
     * Returns the length of a bin.
     *
     * @return 1 or more
     */
    public int binLength() {
        return binLength;
    }

    /**
     * Returns the number of bins that share a scale.
     *
     * @return 1 or more
     */
    public int binsPerScale() {
        return binsPerScale;
    }

    /**
     * Returns the index of a value that is sent.
     *
     * @param i from 0 to before {@link #sent()}
     * @return its index in the layer
     */
    public int index(int i) {
        return codes[i] >>> 1;
    }

    /**
     * Tells the sign of a value that is sent.
     *
     * @param i from 0 to before {@link #sent()}
     * @return true if it is minus the scale
     */
    public boolean negative(int i) {
        return (codes[i] & 1) != 0;
    }

    /**
     * Returns the scales.
     *
     * @return one for each group of bins, a live array that is not to be changed
     */
    public float[] scales() {
        return scales;
    }

    @Override
    public void addTo(float[] sum, float weight) {
        UpdateChecks.requireSize(size, sum);
        if (scales.length == 1) {
            addTo(sum, 0, codes.length, weight * scales[0]);
            return;
        }
        long group = (long) binLength * binsPerScale;
        int from = 0;
        for (int g = 0; g < scales.length && from < codes.length; g++) {
            int to = from;
            while (to < codes.length && index(to) < (g + 1) * group) {
                to++;
            }
            addTo(sum, from, to, weight * scales[g]);
            from = to;
        }
    }

    private void addTo(float[] sum, int from, int to, float step) {
        int bits = Float.floatToRawIntBits(step);
        for (int i = from; i < to; i++) {
            // The sign bit of the code becomes that of the float: no branch on random signs.
            sum[codes[i] >>> 1] += Float.intBitsToFloat(bits ^ (codes[i] << 31));
        }
    }

    /** {@inheritDoc} A value takes 8 bits in bins shorter than 64, else 16. */
    @Override
    public long paperBits() {
        return (binLength < SHORT_FORM ? 8L : 16L) * codes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TernaryUpdate that
                && size == that.size
                && binLength == that.binLength
                && binsPerScale == that.binsPerScale
                && Arrays.equals(codes, that.codes)
                && Arrays.equals(scales, that.scales);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * size + Arrays.hashCode(codes)) + Arrays.hashCode(scales);
    }

    @Override
    public String toString() {
        return "TernaryUpdate[" + codes.length + " of " + size + ", bins of " + binLength + "]";
    }
}
