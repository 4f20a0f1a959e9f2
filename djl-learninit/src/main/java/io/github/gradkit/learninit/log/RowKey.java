package io.github.gradkit.learninit.log;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of an instance, compared by content, bit for bit. */
final class RowKey {

    private final List<float[]> parts;
    private final int hash;

    RowKey(List<float[]> parts) {
        this.parts = parts;
        int sum = 1;
        for (float[] part : parts) {
            sum = 31 * sum + Arrays.hashCode(part);
        }
        hash = sum;
    }

    /** The keys of a batch of instances. */
    static List<RowKey> of(NDList known) {
        int rows = Math.toIntExact(known.head().getShape().get(0));
        List<float[]> columns = known.stream().map(NDArray::toFloatArray).toList();
        List<RowKey> keys = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            List<float[]> parts = new ArrayList<>();
            for (float[] column : columns) {
                int width = column.length / rows;
                parts.add(Arrays.copyOfRange(column, row * width, (row + 1) * width));
            }
            keys.add(new RowKey(parts));
        }
        return keys;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof RowKey key) || key.parts.size() != parts.size()) {
            return false;
        }
        for (int i = 0; i < parts.size(); i++) {
            if (!Arrays.equals(parts.get(i), key.parts.get(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
