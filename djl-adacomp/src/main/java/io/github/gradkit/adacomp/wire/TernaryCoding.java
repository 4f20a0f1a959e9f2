package io.github.gradkit.adacomp.wire;

import io.github.gradkit.adacomp.compress.LayerUpdate;
import io.github.gradkit.adacomp.compress.TernaryUpdate;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bin length, the bins per scale, the number of values sent, the scales, then which values are
 * sent and their signs.
 *
 * @param indices how the latter is written
 */
record TernaryCoding(IndexCoding indices) implements LayerCoding {

    @Override
    public @Nullable Body fit(LayerUpdate update, Codes codes) {
        if (!(update instanceof TernaryUpdate ternary)) {
            return null;
        }
        IndexBody body = IndexBody.of(indices, codes);
        return body == null ? null : new TernaryBody(ternary, body);
    }

    @Override
    public LayerUpdate read(int size, ByteBuffer in) {
        int binLength = Bytes.getInt(in, "The bin length", Integer.MAX_VALUE);
        int binsPerScale = Bytes.getInt(in, "The number of bins per scale", Integer.MAX_VALUE);
        if (binLength == 0 || binsPerScale == 0) {
            throw new MessageException(
                    "A bin has 1 value or more and a scale serves 1 bin or more, but these are "
                            + binLength
                            + " and "
                            + binsPerScale
                            + ".");
        }
        int sent = Bytes.getInt(in, "The number of values sent", size);
        float[] scales =
                Bytes.getFloats(
                        in, TernaryUpdate.scaleCount(size, binLength, binsPerScale), "The scales");
        Codes codes = IndexBody.read(indices, size, binLength, 1, sent, in);
        return new TernaryUpdate(size, binLength, binsPerScale, codes.array(), scales);
    }

    private record TernaryBody(TernaryUpdate update, IndexBody indices) implements Body {

        @Override
        public long bytes() {
            return Bytes.varintSize(update.binLength())
                    + Bytes.varintSize(update.binsPerScale())
                    + Bytes.varintSize(update.sent())
                    + (long) Float.BYTES * update.scales().length
                    + indices.bytes();
        }

        @Override
        public void write(ByteBuffer out) {
            Bytes.putVarint(out, update.binLength());
            Bytes.putVarint(out, update.binsPerScale());
            Bytes.putVarint(out, update.sent());
            Bytes.putFloats(out, update.scales());
            indices.write(out);
        }
    }
}
