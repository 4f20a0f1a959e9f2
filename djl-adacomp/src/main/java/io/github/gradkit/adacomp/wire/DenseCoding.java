package io.github.gradkit.adacomp.wire;

import io.github.gradkit.adacomp.compress.DenseUpdate;
import io.github.gradkit.adacomp.compress.LayerUpdate;
import java.nio.ByteBuffer;

/**
 * All values as floats. Also for other updates where it is shorter, as it is for layers of one or
 * two values; they come back as a {@link DenseUpdate} of the same values.
 */
record DenseCoding() implements LayerCoding {

    @Override
    public Body fit(LayerUpdate update, Codes codes) {
        return new DenseBody(update);
    }

    @Override
    public LayerUpdate read(int size, ByteBuffer in) {
        return new DenseUpdate(Bytes.getFloats(in, size, "The values of the layer"));
    }

    private record DenseBody(LayerUpdate update) implements Body {

        @Override
        public long bytes() {
            return (long) Float.BYTES * update.size();
        }

        @Override
        public void write(ByteBuffer out) {
            Bytes.putFloats(out, values());
        }

        private float[] values() {
            if (update instanceof DenseUpdate dense) {
                return dense.values();
            }
            float[] values = new float[update.size()];
            update.addTo(values, 1);
            return values;
        }
    }
}
