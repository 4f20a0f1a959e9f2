package io.github.gradkit.adacomp.compress;

import java.util.Arrays;

/**
 * One of two values for each value of a layer.
 *
 * @param size the number of values of the layer
 * @param bits 64 values to a long, the first in the lowest bit; unused bits are 0; not to be
 *     changed
 * @param set what a bit that is set stands for, finite
 * @param clear what a bit that is not set stands for, finite
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by content, below
public record OneBitUpdate(int size, long[] bits, float set, float clear) implements LayerUpdate {

    /**
     * Checks the components.
     *
     * @param size the number of values of the layer
     * @param bits 64 values to a long, the first in the lowest bit; unused bits are 0; not to be
     *     changed
     * @param set what a bit that is set stands for, finite
     * @param clear what a bit that is not set stands for, finite
     * @throws IllegalArgumentException if there are not as many bits, an unused bit is set, or a
     *     value is not finite
     */
    public OneBitUpdate {
        if (bits.length != (size + 63) / 64) {
            throw new IllegalArgumentException(
                    size + " bits take " + (size + 63) / 64 + " longs, not " + bits.length + ".");
        }
        if (size % 64 != 0 && bits[bits.length - 1] >>> (size % 64) != 0) {
            throw new IllegalArgumentException("A bit beyond the " + size + " values is set.");
        }
        UpdateChecks.finite("The value of a set bit", set);
        UpdateChecks.finite("The value of a clear bit", clear);
    }

    @Override
    public int sent() {
        return size;
    }

    @Override
    public void addTo(float[] sum, float weight) {
        UpdateChecks.requireSize(size, sum);
        for (int i = 0; i < size; i++) {
            boolean isSet = (bits[i >> 6] >>> i & 1) != 0;
            sum[i] += weight * (isSet ? set : clear);
        }
    }

    @Override
    public long paperBits() {
        return size;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OneBitUpdate that
                && size == that.size
                && Arrays.equals(bits, that.bits)
                && Float.compare(set, that.set) == 0
                && Float.compare(clear, that.clear) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(bits) + Float.hashCode(set) + Float.hashCode(clear);
    }

    @Override
    public String toString() {
        return "OneBitUpdate[" + size + " values]";
    }
}
