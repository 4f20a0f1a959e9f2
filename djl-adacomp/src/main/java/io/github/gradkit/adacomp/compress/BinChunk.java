package io.github.gradkit.adacomp.compress;

/**
 * Some whole bins of a layer, few enough to stay in the processor's cache, and what a {@link
 * BinScan} finds in them.
 */
final class BinChunk {

    /** How many values a chunk has at most, unless a single bin is longer. */
    static final int MOST = 2048;

    /** The number of values of a bin; the last bin of a layer may be shorter. */
    final int binLength;

    /** The newest gradient. */
    final float[] newest;

    /** What to add to what is owed before comparing; the newest gradient itself where c is 2. */
    final float[] extra;

    /** For each bin the largest size of what is owed, as the bits of a float. */
    final int[] largest;

    /**
     * A bit for each value, set where it reaches the largest size of its bin; each bin starts a
     * word.
     */
    final long[] reached;

    /** The number of values now. */
    int length;

    private final float factor;

    BinChunk(int size, int binLength, float softThreshold) {
        this.binLength = binLength;
        factor = softThreshold - 1;
        int most = Math.min(size, Math.max(1, MOST / binLength) * binLength);
        newest = new float[most];
        extra = factor == 1 ? newest : new float[most];
        int bins = (most + binLength - 1) / binLength;
        largest = new int[bins];
        reached = new long[bins * words()];
    }

    /** Returns how many values there is room for, which is a number of whole bins. */
    int most() {
        return newest.length;
    }

    /** Returns how many words of bits a bin has. */
    int words() {
        // A bin can be meant for more values than the layer has.
        return (Math.min(binLength, newest.length) + Long.SIZE - 1) / Long.SIZE;
    }

    /** Returns how many bins there are now. */
    int bins() {
        return (length + binLength - 1) / binLength;
    }

    /** To be called when the gradient has changed. */
    void weighExtra() {
        if (extra != newest) {
            for (int i = 0; i < length; i++) {
                extra[i] = factor * newest[i];
            }
        }
    }
}
