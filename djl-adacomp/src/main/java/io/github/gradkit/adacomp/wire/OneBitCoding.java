package io.github.gradkit.adacomp.wire;

import io.github.gradkit.adacomp.compress.LayerUpdate;
import io.github.gradkit.adacomp.compress.OneBitUpdate;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The two values, then a bit for each value of the layer. */
record OneBitCoding() implements LayerCoding {

    @Override
    public @Nullable Body fit(LayerUpdate update, Codes codes) {
        return update instanceof OneBitUpdate oneBit ? new OneBitBody(oneBit) : null;
    }

    @Override
    public LayerUpdate read(int size, ByteBuffer in) {
        Bytes.require(in, OneBitBody.bytes(size), "One bit for each value");
        float set = in.getFloat();
        float clear = in.getFloat();
        BitReader reader = new BitReader(in);
        long[] bits = new long[(size + 63) / 64];
        for (int from = 0; from < size; from += 32) {
            bits[from >> 6] |= reader.read(Math.min(32, size - from)) << from;
        }
        reader.finish();
        return new OneBitUpdate(size, bits, set, clear);
    }

    private record OneBitBody(OneBitUpdate update) implements Body {

        static long bytes(int size) {
            return 2 * Float.BYTES + (size + 7L) / 8;
        }

        @Override
        public long bytes() {
            return bytes(update.size());
        }

        @Override
        public void write(ByteBuffer out) {
            out.putFloat(update.set());
            out.putFloat(update.clear());
            BitWriter writer = new BitWriter(out);
            long[] bits = update.bits();
            for (int i = 0; i < bits.length; i++) {
                writer.write(bits[i], Math.min(64, update.size() - 64 * i));
            }
            writer.finish();
        }
    }
}
