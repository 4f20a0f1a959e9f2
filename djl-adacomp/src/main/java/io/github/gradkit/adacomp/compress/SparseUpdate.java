package io.github.gradkit.adacomp.compress;

import java.util.Arrays;

/**
 * Some values of a layer with their indices.
 *
 * @param size the number of values of the layer
 * @param indices the indices, rising; not to be changed by either side
 * @param values the values, as many; not to be changed by either side
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by content, below
public record SparseUpdate(int size, int[] indices, float[] values) implements LayerUpdate {

    /**
     * Checks the components.
     *
     * @param size the number of values of the layer
     * @param indices the indices, rising; not to be changed by either side
     * @param values the values, as many; not to be changed by either side
     * @throws IllegalArgumentException if the indices don't rise or are out of range, or if there
     *     are not as many values
     */
    public SparseUpdate {
        if (indices.length != values.length) {
            throw new IllegalArgumentException(
                    indices.length + " indices can't have " + values.length + " values.");
        }
        int before = -1;
        for (int index : indices) {
            UpdateChecks.requireRising(size, before, index);
            before = index;
        }
    }

    @Override
    public int sent() {
        return indices.length;
    }

    @Override
    public void addTo(float[] sum, float weight) {
        UpdateChecks.requireSize(size, sum);
        for (int i = 0; i < indices.length; i++) {
            sum[indices[i]] += weight * values[i];
        }
    }

    /** {@inheritDoc} A value takes 32 bits and its index 32 more. */
    @Override
    public long paperBits() {
        return 64L * indices.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SparseUpdate that
                && size == that.size
                && Arrays.equals(indices, that.indices)
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(indices) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "SparseUpdate[" + indices.length + " of " + size + "]";
    }
}
