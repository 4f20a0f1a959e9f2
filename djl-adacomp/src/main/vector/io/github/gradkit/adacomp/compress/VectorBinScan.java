package io.github.gradkit.adacomp.compress;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The form with the vector module; only {@link BinScans} knows it, by its name.
 *
 * <p>No vector goes into a method or out of one: where the compiler does not inline such a method,
 * each vector costs an object. Bits are gathered by arithmetic, since masks turn into numbers only
 * slowly on Java 17. Where a bin is not a whole number of vectors, its last vector overlaps the one
 * before, which does no harm: both compute the same.
 */
final class VectorBinScan implements BinScan {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final int SIZE_BITS = 0x7fffffff;
    private static final int INFINITY_BITS = 0x7f800000;

    /** Bins shorter than this are left to the scalar form. */
    private static final int HALF = Integer.SIZE;

    private static final int QUARTER = Short.SIZE;

    /** One bit in each. */
    private final int[] places = new int[HALF];

    private final ScalarBinScan scalar = new ScalarBinScan();

    /**
     * Makes the form.
     *
     * @throws UnsupportedOperationException if the processor's vectors are not of 256 or 512 bits
     */
    VectorBinScan() {
        if (LANES != 8 && LANES != QUARTER) {
            throw new UnsupportedOperationException("Vectors have " + LANES + " floats.");
        }
        for (int i = 0; i < HALF; i++) {
            places[i] = 1 << i;
        }
    }

    @Override
    public boolean isFinite(float[] values, int length) {
        IntVector a = IntVector.zero(INTS);
        IntVector b = a;
        int i = 0;
        for (; i <= length - 2 * LANES; i += 2 * LANES) {
            a = a.max(FloatVector.fromArray(FLOATS, values, i).reinterpretAsInts().and(SIZE_BITS));
            b =
                    b.max(
                            FloatVector.fromArray(FLOATS, values, i + LANES)
                                    .reinterpretAsInts()
                                    .and(SIZE_BITS));
        }
        int largest = a.max(b).reduceLanes(VectorOperators.MAX);
        return Math.max(largest, ScalarBinScan.largest(values, i, length)) < INFINITY_BITS;
    }

    @Override
    public void scan(float[] residue, int start, BinChunk chunk) {
        int length = chunk.binLength;
        if (length < HALF) {
            scalar.scan(residue, start, chunk);
            return;
        }
        int bins = chunk.length / length;
        if (LANES == QUARTER && length <= Long.SIZE) {
            scanShortBins(residue, start, chunk, bins);
        } else {
            for (int bin = 0; bin < bins; bin++) {
                scan(residue, start + bin * length, chunk, bin * length, length, bin);
            }
        }
        int rest = chunk.length - bins * length;
        if (rest > 0) {
            rest(residue, start + bins * length, chunk, bins * length, rest, bins);
        }
    }

    /**
     * Does the same as {@link #scan(float[], int, BinChunk, int, int, int)} for bins that fit four
     * vectors of 16, which stay in registers. In one piece, since no vector leaves a method.
     */
    private void scanShortBins(float[] r, int start, BinChunk chunk, int bins) {
        IntVector low = IntVector.fromArray(INTS, places, 0);
        IntVector high = IntVector.fromArray(INTS, places, QUARTER);
        float[] d = chunk.newest;
        float[] x = chunk.extra;
        int length = chunk.binLength;
        // The offsets of the second, third and last vector.
        int l = length - QUARTER;
        int j = Math.min(QUARTER, l);
        int k = Math.min(2 * QUARTER, l);
        for (int bin = 0; bin < bins; bin++) {
            int i = bin * length;
            int at = start + i;
            FloatVector g =
                    FloatVector.fromArray(FLOATS, r, at).add(FloatVector.fromArray(FLOATS, d, i));
            FloatVector gj =
                    FloatVector.fromArray(FLOATS, r, at + j)
                            .add(FloatVector.fromArray(FLOATS, d, i + j));
            FloatVector gk =
                    FloatVector.fromArray(FLOATS, r, at + k)
                            .add(FloatVector.fromArray(FLOATS, d, i + k));
            FloatVector gl =
                    FloatVector.fromArray(FLOATS, r, at + l)
                            .add(FloatVector.fromArray(FLOATS, d, i + l));
            g.intoArray(r, at);
            gj.intoArray(r, at + j);
            gk.intoArray(r, at + k);
            gl.intoArray(r, at + l);
            IntVector sizes =
                    g.reinterpretAsInts().and(SIZE_BITS).max(gj.reinterpretAsInts().and(SIZE_BITS));
            sizes =
                    sizes.max(gk.reinterpretAsInts().and(SIZE_BITS))
                            .max(gl.reinterpretAsInts().and(SIZE_BITS));
            int largest = sizes.reduceLanes(VectorOperators.MAX);
            chunk.largest[bin] = largest;
            int first =
                    g.add(FloatVector.fromArray(FLOATS, x, i))
                            .reinterpretAsInts()
                            .and(SIZE_BITS)
                            .sub(largest)
                            .lanewise(VectorOperators.ASHR, Integer.SIZE - 1)
                            .and(low)
                            .or(
                                    gj.add(FloatVector.fromArray(FLOATS, x, i + j))
                                            .reinterpretAsInts()
                                            .and(SIZE_BITS)
                                            .sub(largest)
                                            .lanewise(VectorOperators.ASHR, Integer.SIZE - 1)
                                            .and(high))
                            .reduceLanes(VectorOperators.OR);
            int second =
                    gk.add(FloatVector.fromArray(FLOATS, x, i + k))
                            .reinterpretAsInts()
                            .and(SIZE_BITS)
                            .sub(largest)
                            .lanewise(VectorOperators.ASHR, Integer.SIZE - 1)
                            .and(low)
                            .or(
                                    gl.add(FloatVector.fromArray(FLOATS, x, i + l))
                                            .reinterpretAsInts()
                                            .and(SIZE_BITS)
                                            .sub(largest)
                                            .lanewise(VectorOperators.ASHR, Integer.SIZE - 1)
                                            .and(high))
                            .reduceLanes(VectorOperators.OR);
            long below =
                    (first & 0xffffL)
                            | (first >>> QUARTER & 0xffffL) << j
                            | (second & 0xffffL) << k
                            | (second >>> QUARTER & 0xffffL) << l;
            chunk.reached[bin] = ~below & (-1L >>> (Long.SIZE - length));
        }
    }

    private void rest(float[] residue, int at, BinChunk chunk, int from, int length, int bin) {
        if (length >= HALF) {
            scan(residue, at, chunk, from, length, bin);
            return;
        }
        for (int i = 0; i < length; i++) {
            residue[at + i] += chunk.newest[from + i];
        }
        int largest = ScalarBinScan.largest(residue, at, at + length);
        chunk.largest[bin] = largest;
        chunk.reached[bin * chunk.words()] =
                ScalarBinScan.reached(residue, at, chunk.extra, from, length, largest);
    }

    private void scan(float[] residue, int at, BinChunk chunk, int from, int length, int bin) {
        int largest = add(residue, at, chunk.newest, from, length);
        chunk.largest[bin] = largest;
        int word = bin * chunk.words();
        long bits = 0;
        for (int i = 0; i < length; i += HALF) {
            int begin = Math.min(i, length - HALF);
            int half = ~below(residue, at + begin, chunk.extra, from + begin, largest);
            bits |= (half >>> (i - begin) & 0xffffffffL) << (i & HALF);
            if ((i & HALF) != 0 || i + HALF >= length) {
                chunk.reached[word++] = bits;
                bits = 0;
            }
        }
    }

    /** Adds a bin, and returns the bits of the largest size. */
    private static int add(float[] residue, int at, float[] newest, int from, int length) {
        int end = length - LANES;
        // Computed from the old values, as its overlap is.
        FloatVector last =
                FloatVector.fromArray(FLOATS, residue, at + end)
                        .add(FloatVector.fromArray(FLOATS, newest, from + end));
        IntVector largest = last.reinterpretAsInts().and(SIZE_BITS);
        for (int i = 0; i < end; i += LANES) {
            FloatVector g =
                    FloatVector.fromArray(FLOATS, residue, at + i)
                            .add(FloatVector.fromArray(FLOATS, newest, from + i));
            g.intoArray(residue, at + i);
            largest = largest.max(g.reinterpretAsInts().and(SIZE_BITS));
        }
        last.intoArray(residue, at + end);
        return largest.reduceLanes(VectorOperators.MAX);
    }

    /**
     * Returns a bit for each of 32 values, set where it does not reach the largest size. Without a
     * loop, which the compiler would now and then build of objects.
     */
    private int below(float[] g, int at, float[] extra, int from, int largest) {
        // The difference is negative below; then its shifted sign is all ones.
        IntVector below =
                FloatVector.fromArray(FLOATS, g, at)
                        .add(FloatVector.fromArray(FLOATS, extra, from))
                        .reinterpretAsInts()
                        .and(SIZE_BITS)
                        .sub(largest)
                        .lanewise(VectorOperators.ASHR, Integer.SIZE - 1)
                        .and(IntVector.fromArray(INTS, places, 0))
                        .or(
                                FloatVector.fromArray(FLOATS, g, at + LANES)
                                        .add(FloatVector.fromArray(FLOATS, extra, from + LANES))
                                        .reinterpretAsInts()
                                        .and(SIZE_BITS)
                                        .sub(largest)
                                        .lanewise(VectorOperators.ASHR, Integer.SIZE - 1)
                                        .and(IntVector.fromArray(INTS, places, LANES)));
        if (2 * LANES < HALF) {
            below =
                    below.or(
                                    FloatVector.fromArray(FLOATS, g, at + 2 * LANES)
                                            .add(
                                                    FloatVector.fromArray(
                                                            FLOATS, extra, from + 2 * LANES))
                                            .reinterpretAsInts()
                                            .and(SIZE_BITS)
                                            .sub(largest)
                                            .lanewise(VectorOperators.ASHR, Integer.SIZE - 1)
                                            .and(IntVector.fromArray(INTS, places, 2 * LANES)))
                            .or(
                                    FloatVector.fromArray(FLOATS, g, at + 3 * LANES)
                                            .add(
                                                    FloatVector.fromArray(
                                                            FLOATS, extra, from + 3 * LANES))
                                            .reinterpretAsInts()
                                            .and(SIZE_BITS)
                                            .sub(largest)
                                            .lanewise(VectorOperators.ASHR, Integer.SIZE - 1)
                                            .and(IntVector.fromArray(INTS, places, 3 * LANES)));
        }
        return below.reduceLanes(VectorOperators.OR);
    }
}
