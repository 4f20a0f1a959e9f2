package io.github.gradkit.adacomp.wire;

import java.nio.ByteBuffer;

/** Takes bits from a little-endian buffer, in the order in which {@link BitWriter} put them. */
final class BitReader {

    private final ByteBuffer in;
    private int next;

    /**
     * The bits to come. Those beyond the ones counted may be there already, and are loaded again.
     */
    private long word;

    /** How many bits of the word count, 63 at most. */
    private int have;

    /** Begins at the buffer's position, which only {@link #finish} moves. */
    BitReader(ByteBuffer in) {
        this.in = in;
        next = in.position();
    }

    /** Takes 0 to 32 bits. */
    long read(int bits) {
        if (have < bits) {
            load(bits);
        }
        long value = word & ((1L << bits) - 1);
        drop(bits);
        return value;
    }

    /** Takes zeros up to and with the next one, and returns how many there were. */
    int zeros(int limit) {
        int total = 0;
        while (true) {
            if (have == 0) {
                load(1);
            }
            int zeros = Math.min(have, Long.numberOfTrailingZeros(word));
            total += zeros;
            if (total > limit) {
                throw new MessageException(
                        "A gap between indices leads beyond the end of the layer.");
            }
            if (zeros < have) {
                drop(zeros + 1);
                return total;
            }
            drop(have);
        }
    }

    private void drop(int bits) {
        word >>>= bits;
        have -= bits;
    }

    private void load(int wanted) {
        if (in.limit() - next >= Long.BYTES) {
            word |= in.getLong(next) << have;
            int bytes = (63 - have) >>> 3;
            next += bytes;
            have += 8 * bytes;
            return;
        }
        for (; have < 56 && next < in.limit(); next++) {
            word |= (in.get(next) & 0xffL) << have;
            have += 8;
        }
        if (have < wanted) {
            throw new MessageException(
                    "The bits end " + (wanted - have) + " bits too early, at byte " + next + ".");
        }
    }

    /** Returns how many bits are left to take, those of what follows the stream included. */
    long available() {
        return 8L * (in.limit() - next) + have;
    }

    /** Ends at the next whole byte and moves the buffer there; what is skipped must be zeros. */
    void finish() {
        long padding = word & ((1L << (have & 7)) - 1);
        if (padding != 0) {
            throw new MessageException(
                    "Bits that fill up a byte must be 0, but are " + padding + ".");
        }
        in.position(next - (have >>> 3));
    }
}
