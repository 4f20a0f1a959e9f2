package io.github.gradkit.adacomp.wire;

import io.github.gradkit.adacomp.compress.LayerUpdate;
import io.github.gradkit.adacomp.compress.SparseUpdate;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The number of values sent, which they are, then the values as floats.
 *
 * @param indices how the indices are written
 */
record SparseCoding(IndexCoding indices) implements LayerCoding {

    @Override
    public @Nullable Body fit(LayerUpdate update, Codes codes) {
        if (!(update instanceof SparseUpdate sparse)) {
            return null;
        }
        IndexBody body = IndexBody.of(indices, codes);
        return body == null ? null : new SparseBody(sparse, body);
    }

    @Override
    public LayerUpdate read(int size, ByteBuffer in) {
        int sent = Bytes.getInt(in, "The number of values sent", size);
        int[] array = IndexBody.read(indices, size, Math.max(1, size), 0, sent, in).array();
        for (int i = 0; i < array.length; i++) {
            array[i] >>>= 1;
        }
        return new SparseUpdate(size, array, Bytes.getFloats(in, sent, "The values"));
    }

    private record SparseBody(SparseUpdate update, IndexBody indices) implements Body {

        @Override
        public long bytes() {
            return Bytes.varintSize(update.sent())
                    + indices.bytes()
                    + (long) Float.BYTES * update.sent();
        }

        @Override
        public void write(ByteBuffer out) {
            Bytes.putVarint(out, update.sent());
            indices.write(out);
            Bytes.putFloats(out, update.values());
        }
    }
}
