package io.github.gradkit.adacomp.wire;

import io.github.gradkit.adacomp.compress.LayerUpdate;
import io.github.gradkit.adacomp.compress.SparseUpdate;
import io.github.gradkit.adacomp.compress.TernaryUpdate;

/** Which values of a layer are sent, some with a sign. */
final class Codes {

    private static final int[] NONE = {};

    private final int size;
    private final int binLength;
    private final int signBits;
    private final int[] codes;

    /**
     * Takes codes.
     *
     * @param signBits 1, or 0 if there are no signs
     * @param codes twice the index, plus the sign
     */
    Codes(int size, int binLength, int signBits, int[] codes) {
        this.size = size;
        this.binLength = binLength;
        this.signBits = signBits;
        this.codes = codes;
    }

    static Codes of(LayerUpdate update) {
        if (update instanceof TernaryUpdate ternary) {
            int[] codes = new int[ternary.sent()];
            for (int i = 0; i < codes.length; i++) {
                codes[i] = ternary.index(i) << 1 | (ternary.negative(i) ? 1 : 0);
            }
            return new Codes(update.size(), ternary.binLength(), 1, codes);
        }
        if (update instanceof SparseUpdate sparse) {
            int[] codes = sparse.indices().clone();
            for (int i = 0; i < codes.length; i++) {
                codes[i] <<= 1;
            }
            return new Codes(update.size(), Math.max(1, update.size()), 0, codes);
        }
        return new Codes(update.size(), Math.max(1, update.size()), 0, NONE);
    }

    int size() {
        return size;
    }

    int binLength() {
        return binLength;
    }

    int bins() {
        return Math.toIntExact(((long) size + binLength - 1) / binLength);
    }

    /** Returns the number of values of a bin; the last may be shorter. */
    int lengthOf(int bin) {
        return (int) Math.min(binLength, size - (long) bin * binLength);
    }

    int signBits() {
        return signBits;
    }

    int sent() {
        return codes.length;
    }

    /** Returns the live array. */
    int[] array() {
        return codes;
    }
}
