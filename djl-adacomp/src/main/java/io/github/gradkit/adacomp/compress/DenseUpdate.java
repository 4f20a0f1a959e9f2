package io.github.gradkit.adacomp.compress;

import java.util.Arrays;

/**
 * All values of a layer.
 *
 * @param values the values; not to be changed by either side
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by content, below
public record DenseUpdate(float[] values) implements LayerUpdate {

    @Override
    public int size() {
        return values.length;
    }

    @Override
    public int sent() {
        return values.length;
    }

    @Override
    public void addTo(float[] sum, float weight) {
        UpdateChecks.requireSize(values.length, sum);
        for (int i = 0; i < values.length; i++) {
            sum[i] += weight * values[i];
        }
    }

    @Override
    public long paperBits() {
        return 32L * values.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DenseUpdate that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "DenseUpdate[" + values.length + " values]";
    }
}
