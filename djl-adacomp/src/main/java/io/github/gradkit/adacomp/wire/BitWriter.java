package io.github.gradkit.adacomp.wire;

import java.nio.ByteBuffer;

/** Puts bits into a little-endian buffer, the first into the lowest bit, 64 at a time. */
final class BitWriter {

    private final ByteBuffer out;
    private long word;
    private int used;

    /** Begins at the buffer's position, which moves with the words that are full. */
    BitWriter(ByteBuffer out) {
        this.out = out;
    }

    /** Puts a value of 0 to 64 bits; bits above must be 0. */
    void write(long value, int bits) {
        word |= value << used;
        used += bits;
        if (used >= 64) {
            out.putLong(word);
            used -= 64;
            // Shifting by 64 would shift by 0.
            word = used == 0 ? 0 : value >>> (bits - used);
        }
    }

    /** Puts this many zeros. */
    void zeros(int count) {
        int left = count;
        for (; left > 64; left -= 64) {
            write(0, 64);
        }
        write(0, left);
    }

    /** Puts what is left, filled up with zeros to a whole byte. Call once, at the end. */
    void finish() {
        for (; used > 0; used -= 8) {
            out.put((byte) word);
            word >>>= 8;
        }
    }
}
