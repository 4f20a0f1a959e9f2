package io.github.gradkit.adacomp.compress;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * One layer under {@link AdaComp}.
 *
 * <p>The values are taken in chunks of whole bins that stay in the processor's cache: gradient and
 * residue are read from memory once, and the residue is written once. The scale is only known at
 * the end. What was sent is taken off the residue when the next step reads it, or when somebody
 * asks for it: a pass of its own would fetch most of the residue from memory again.
 */
final class AdaCompLayer implements LayerCompressor {

    private static final int SIZE_BITS = 0x7fffffff;
    private static final int INFINITY_BITS = 0x7f800000;

    /** How many codes are written at once, wanted or not, which spares mispredicted branches. */
    private static final int AT_ONCE = 3;

    private final LayerSpec layer;
    private final int binLength;
    private final AdaComp.Settings settings;
    private final BinScan scan;
    private final float[] residue;
    private final BinChunk chunk;
    private int[] codes = new int[0];
    private int count;
    private double sumOfLargest;

    /** What was sent and is not yet taken off, from an index on. */
    private int[] sent = new int[0];

    private float[] sentScales = new float[0];
    private int taken;

    AdaCompLayer(LayerSpec layer, int binLength, AdaComp.Settings settings) {
        this(layer, binLength, settings, BinScans.best());
    }

    AdaCompLayer(LayerSpec layer, int binLength, AdaComp.Settings settings, BinScan scan) {
        this.layer = layer;
        this.binLength = binLength;
        this.settings = settings;
        this.scan = scan;
        residue = new float[layer.size()];
        chunk = new BinChunk(layer.size(), binLength, settings.softThreshold());
    }

    @Override
    public float[] residue() {
        long length = groupLength();
        for (int group = 0; taken < sent.length; group++) {
            takeOff(Math.min(layer.size(), (group + 1) * length), sentScales[group]);
        }
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
        int groups = TernaryUpdate.scaleCount(layer.size(), binLength, settings.binsPerScale());
        float[] scales = new float[groups];
        for (int group = 0; group < groups; group++) {
            scales[group] = group(gradient, group);
        }
        sent = Arrays.copyOf(codes, count);
        sentScales = scales;
        taken = 0;
        clip();
        return new TernaryUpdate(layer.size(), binLength, settings.binsPerScale(), sent, scales);
    }

    private long groupLength() {
        return (long) binLength * settings.binsPerScale();
    }

    /** Works on the bins of one scale, and returns the scale. */
    private float group(FloatBuffer gradient, int group) {
        int from = Math.toIntExact(group * groupLength());
        int to = Math.toIntExact(Math.min(layer.size(), from + groupLength()));
        int before = count;
        sumOfLargest = 0;
        for (int start = from; start < to; start += chunk.most()) {
            chunk.length = Math.min(chunk.most(), to - start);
            gradient.get(start, chunk.newest, 0, chunk.length);
            chunk.weighExtra();
            if (taken < sent.length) {
                takeOff(start + chunk.length, sentScales[group]);
            }
            scan.scan(residue, start, chunk);
            addLargest();
            choose(start);
        }
        long bins = ((long) to - from + binLength - 1) / binLength;
        return scale(sumOfLargest / bins, before);
    }

    /** Takes off what was sent of the values before an index. */
    private void takeOff(long end, float scale) {
        int bits = Float.floatToRawIntBits(scale);
        int[] codes = sent;
        int i = taken;
        while (i < codes.length && codes[i] >>> 1 < end) {
            residue[codes[i] >>> 1] -= Float.intBitsToFloat(bits ^ (codes[i] << 31));
            i++;
        }
        taken = i;
    }

    private void addLargest() {
        double sum = sumOfLargest;
        int most = 0;
        for (int bin = 0; bin < chunk.bins(); bin++) {
            most = Math.max(most, chunk.largest[bin]);
            sum += Float.intBitsToFloat(chunk.largest[bin]);
        }
        if (most >= INFINITY_BITS) {
            throw FiniteCheck.overflow(layer);
        }
        sumOfLargest = sum;
    }

    /** Writes the codes of the values that reach the largest size of their bin. */
    private void choose(int start) {
        reserve(chunk.length + AT_ONCE);
        for (int bin = 0; bin < chunk.bins(); bin++) {
            int from = bin * binLength;
            int to = Math.min(from + binLength, chunk.length);
            int word = bin * chunk.words();
            if (chunk.largest[bin] > 0) {
                for (int i = from; i < to; i += Long.SIZE) {
                    write(chunk.reached[word++], start + i);
                }
            }
        }
    }

    /** Writes the codes of the values whose bits are set. */
    private void write(long reached, int from) {
        float[] g = residue;
        int[] to = codes;
        int end = count + Long.bitCount(reached);
        long left = reached;
        // Negative if one of the sizes is 0.
        int zeros = 0;
        int at = count;
        do {
            for (int i = 0; i < AT_ONCE; i++) {
                // Without a bit left this is the first value, whose code is not counted.
                int index = from + (Long.numberOfTrailingZeros(left) & (Long.SIZE - 1));
                int bits = Float.floatToRawIntBits(g[index]);
                zeros |= (bits & SIZE_BITS) - 1;
                to[at + i] = (index << 1) | (bits >>> 31);
                left &= left - 1;
            }
            at += AT_ONCE;
        } while (left != 0);
        count = zeros < 0 ? withoutZeros(end) : end;
    }

    /** Drops the newest codes, up to an end, of values that owe nothing; returns the new end. */
    private int withoutZeros(int end) {
        int to = count;
        for (int i = count; i < end; i++) {
            codes[to] = codes[i];
            to += residue[codes[i] >>> 1] == 0 ? 0 : 1;
        }
        return to;
    }

    private void reserve(int more) {
        if (codes.length < count + more) {
            codes = Arrays.copyOf(codes, Math.max(2 * codes.length, count + more));
        }
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

    /** Forgets what is beyond the limit, where there is one. */
    private void clip() {
        if (settings.residueClip() == Float.POSITIVE_INFINITY) {
            return;
        }
        residue();
        for (int group = 0; group < sentScales.length; group++) {
            float scale = sentScales[group];
            float limit = settings.residueClip() * scale;
            if (limit < Float.POSITIVE_INFINITY && scale > 0) {
                int from = Math.toIntExact(group * groupLength());
                long to = Math.min(layer.size(), from + groupLength());
                for (int i = from; i < to; i++) {
                    residue[i] = Math.max(-limit, Math.min(limit, residue[i]));
                }
            }
        }
    }
}
