package io.github.gradkit.adacomp.compress;

/**
 * The form without the vector module.
 *
 * <p>Sizes are compared as the bits of floats without their sign, which have the same order; that,
 * and counting up instead of branching, spares the mispredicted branches that random values would
 * cost.
 */
final class ScalarBinScan implements BinScan {

    private static final int SIZE_BITS = 0x7fffffff;

    /**
     * {@inheritDoc} A product with 0 is 0, or NaN for what is not finite. Four sums don't wait for
     * each other.
     */
    @Override
    public boolean isFinite(float[] values, int length) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = 0;
        for (; i < length - 3; i += 4) {
            a += 0 * values[i];
            b += 0 * values[i + 1];
            c += 0 * values[i + 2];
            d += 0 * values[i + 3];
        }
        for (; i < length; i++) {
            a += 0 * values[i];
        }
        return a + b + c + d == 0;
    }

    @Override
    public void scan(float[] residue, int start, BinChunk chunk) {
        add(residue, start, chunk.newest, chunk.length);
        for (int bin = 0; bin < chunk.bins(); bin++) {
            int from = bin * chunk.binLength;
            int to = Math.min(from + chunk.binLength, chunk.length);
            int largest = largest(residue, start + from, start + to);
            chunk.largest[bin] = largest;
            int at = bin * chunk.words();
            for (int i = from; i < to; i += Long.SIZE) {
                int length = Math.min(Long.SIZE, to - i);
                chunk.reached[at++] = reached(residue, start + i, chunk.extra, i, length, largest);
            }
        }
    }

    /** Loops as plain as this are turned into vector instructions. */
    private static void add(float[] residue, int start, float[] newest, int length) {
        for (int i = 0; i < length; i++) {
            residue[start + i] += newest[i];
        }
    }

    /** Returns the bits of the largest size; those of NaN are larger than those of all numbers. */
    static int largest(float[] g, int from, int to) {
        int a = 0;
        int b = 0;
        int c = 0;
        int d = 0;
        int i = from;
        for (; i < to - 3; i += 4) {
            a = Math.max(a, sizeBits(g[i]));
            b = Math.max(b, sizeBits(g[i + 1]));
            c = Math.max(c, sizeBits(g[i + 2]));
            d = Math.max(d, sizeBits(g[i + 3]));
        }
        for (; i < to; i++) {
            a = Math.max(a, sizeBits(g[i]));
        }
        return Math.max(Math.max(a, b), Math.max(c, d));
    }

    private static int sizeBits(float value) {
        return Float.floatToRawIntBits(value) & SIZE_BITS;
    }

    /** Returns a bit for each of up to 64 values. */
    static long reached(float[] g, int at, float[] extra, int from, int length, int largest) {
        long below = 0;
        for (int i = 0; i < length; i++) {
            int h = sizeBits(g[at + i] + extra[from + i]);
            // The difference is negative below; its sign bit goes to the place of the value.
            below |= ((h - (long) largest) >>> 63) << i;
        }
        return ~below & (-1L >>> (Long.SIZE - length));
    }
}
