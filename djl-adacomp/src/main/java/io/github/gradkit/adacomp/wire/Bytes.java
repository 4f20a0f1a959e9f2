package io.github.gradkit.adacomp.wire;

import java.nio.ByteBuffer;

/** Whole numbers in 1 to 9 bytes of 7 bits each, lowest first, and floats. */
final class Bytes {

    private Bytes() {}

    static int varintSize(long value) {
        return Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
    }

    /** Puts a number that is not negative. */
    static void putVarint(ByteBuffer out, long value) {
        long left = value;
        for (; left > 0x7f; left >>>= 7) {
            out.put((byte) (left | 0x80));
        }
        out.put((byte) left);
    }

    /** Takes a number in the only form that {@link #putVarint} gives it. */
    static long getVarint(ByteBuffer in, String what, long max) {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            require(in, 1, what);
            byte next = in.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                if (value > max || (next == 0 && shift > 0)) {
                    break;
                }
                return value;
            }
        }
        throw new MessageException(
                what + " must be at most " + max + " in as few bytes as can be, but is not.");
    }

    static int getInt(ByteBuffer in, String what, int max) {
        return (int) getVarint(in, what, max);
    }

    static void putFloats(ByteBuffer out, float[] values) {
        out.asFloatBuffer().put(values);
        out.position(out.position() + Float.BYTES * values.length);
    }

    static float[] getFloats(ByteBuffer in, int count, String what) {
        require(in, (long) Float.BYTES * count, what);
        float[] values = new float[count];
        in.asFloatBuffer().get(values);
        in.position(in.position() + Float.BYTES * count);
        return values;
    }

    /** To be called before memory is taken for what is still to be read. */
    static void require(ByteBuffer in, long bytes, String what) {
        if (in.remaining() < bytes) {
            throw new MessageException(
                    what
                            + " would take "
                            + bytes
                            + " bytes, but only "
                            + in.remaining()
                            + " are left.");
        }
    }
}
