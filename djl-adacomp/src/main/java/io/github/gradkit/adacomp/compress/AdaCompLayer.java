package io.github.gradkit.adacomp.compress;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * One layer under {@link AdaComp}.
 *
 * <p>The values are taken in chunks of whole bins that stay in the processor's cache: gradient and
 * residue are read from memory once, and the residue is written once. The scale is only known at
 * the end, when it is taken off the few values that were sent. Sizes are compared as the bits of
 * floats without their sign, which have the same order; that, and counting up instead of branching,
 * spares the mispredicted branches that random values would cost.
 */
final class AdaCompLayer implements LayerCompressor {

    private static final int CHUNK = 4096;
    private static final int SIZE_BITS = 0x7fffffff;
    private static final int INFINITY_BITS = 0x7f800000;

    private final LayerSpec layer;
    private final int binLength;
    private final AdaComp.Settings settings;
    private final float[] residue;
    private final float[] newest;
    private final float[] owed;
    private int[] codes = new int[0];
    private int count;
    private double sumOfLargest;

    AdaCompLayer(LayerSpec layer, int binLength, AdaComp.Settings settings) {
        this.layer = layer;
        this.binLength = binLength;
        this.settings = settings;
        residue = new float[layer.size()];
        int chunk = Math.min(layer.size(), Math.max(1, CHUNK / binLength) * binLength);
        newest = new float[chunk];
        owed = new float[chunk];
    }

    @Override
    public float[] residue() {
        return residue;
    }

    @Override
    public LayerSpec layer() {
        return layer;
    }

    @Override
    public LayerUpdate compressFinite(long step, FloatBuffer gradient) {
        if (step < settings.denseSteps()) {
            return DenseLayer.update(layer, gradient);
        }
        count = 0;
        float[] scales =
                new float
                        [TernaryUpdate.scaleCount(
                                layer.size(), binLength, settings.binsPerScale())];
        for (int group = 0; group < scales.length; group++) {
            scales[group] = group(gradient, group);
        }
        return new TernaryUpdate(
                layer.size(),
                binLength,
                settings.binsPerScale(),
                Arrays.copyOf(codes, count),
                scales);
    }

    /** Works on the bins of one scale, and returns the scale. */
    private float group(FloatBuffer gradient, int group) {
        long length = (long) binLength * settings.binsPerScale();
        int from = Math.toIntExact(group * length);
        int to = Math.toIntExact(Math.min(layer.size(), from + length));
        int before = count;
        sumOfLargest = 0;
        for (int start = from; start < to; start += newest.length) {
            chunk(gradient, start, Math.min(newest.length, to - start));
        }
        long bins = ((long) to - from + binLength - 1) / binLength;
        float scale = scale(sumOfLargest / bins, before);
        subtract(scale, before);
        clip(scale, from, to);
        return scale;
    }

    private float scale(double meanOfBins, int before) {
        double scale =
                settings.scaleRule() == ScaleRule.MEAN_OF_BINS ? meanOfBins : meanSent(before);
        if ((float) scale == 0) {
            // Sizes so small that their mean is 0: nothing that could be sent.
            count = before;
        }
        return (float) scale;
    }

    private double meanSent(int before) {
        double sum = 0;
        for (int i = before; i < count; i++) {
            sum += Math.abs(residue[codes[i] >>> 1]);
        }
        return count == before ? 0 : sum / (count - before);
    }

    /** Adds a chunk of whole bins to what is owed, and the bins' largest sizes to their sum. */
    private void chunk(FloatBuffer gradient, int start, int length) {
        gradient.get(start, newest, 0, length);
        System.arraycopy(residue, start, owed, 0, length);
        add(length);
        System.arraycopy(owed, 0, residue, start, length);
        reserve(length);
        double sum = sumOfLargest;
        for (int from = 0; from < length; from += binLength) {
            int to = Math.min(from + binLength, length);
            int largest = largest(from, to);
            if (largest >= INFINITY_BITS) {
                throw FiniteCheck.overflow(layer);
            }
            if (largest > 0) {
                sum += Float.intBitsToFloat(largest);
                select(from, to, largest, start);
            }
        }
        sumOfLargest = sum;
    }

    /** Loops as plain as these are turned into vector instructions. */
    private void add(int length) {
        float[] d = newest;
        float[] g = owed;
        for (int i = 0; i < length; i++) {
            g[i] += d[i];
        }
        float extra = settings.softThreshold() - 1;
        for (int i = 0; i < length; i++) {
            d[i] = g[i] + extra * d[i];
        }
    }

    private void reserve(int more) {
        if (codes.length < count + more) {
            codes = Arrays.copyOf(codes, Math.max(2 * codes.length, count + more));
        }
    }

    /** Returns the bits of the largest size; those of NaN are larger than those of all numbers. */
    private int largest(int from, int to) {
        float[] g = owed;
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

    private void select(int from, int to, int largest, int start) {
        for (int word = from; word < to; word += Long.SIZE) {
            long reached = reached(word, Math.min(word + Long.SIZE, to), largest);
            while (reached != 0) {
                int i = word + Long.numberOfTrailingZeros(reached);
                reached &= reached - 1;
                int g = Float.floatToRawIntBits(owed[i]);
                codes[count] = ((start + i) << 1) | (g >>> 31);
                count += (g & SIZE_BITS) == 0 ? 0 : 1;
            }
        }
    }

    /**
     * Returns a bit for each of up to 64 values, which tells whether it reaches the largest size.
     */
    private long reached(int from, int to, int largest) {
        float[] h = newest;
        long below = 0;
        for (int i = from; i < to; i++) {
            // The difference is negative below; its sign bit goes to the place of the value.
            below |= ((sizeBits(h[i]) - (long) largest) >>> 63) << (i - from);
        }
        return ~below & (-1L >>> (Long.SIZE - (to - from)));
    }

    /** Takes off what is sent. */
    private void subtract(float scale, int before) {
        int bits = Float.floatToRawIntBits(scale);
        for (int i = before; i < count; i++) {
            residue[codes[i] >>> 1] -= Float.intBitsToFloat(bits ^ (codes[i] << 31));
        }
    }

    private void clip(float scale, int from, int to) {
        float limit = settings.residueClip() * scale;
        if (limit < Float.POSITIVE_INFINITY && scale > 0) {
            for (int i = from; i < to; i++) {
                residue[i] = Math.max(-limit, Math.min(limit, residue[i]));
            }
        }
    }
}
