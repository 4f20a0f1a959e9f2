package io.github.gradkit.adacomp.compress;

/** The loops that pass over every value of a layer. All forms give the same bits. */
interface BinScan {

    /**
     * Tells whether all of the first values are finite.
     *
     * @param values some values
     * @param length how many of them count
     * @return false if one is a NaN or an infinity
     */
    boolean isFinite(float[] values, int length);

    /**
     * Adds the newest gradient to the residue; then finds the largest size in each bin, and which
     * values reach it once their extra is added. If a sum is not finite, the largest size of its
     * bin is not either.
     *
     * @param residue the residue of the layer; a chunk of it is changed
     * @param start the index of the first value of the chunk
     * @param chunk the gradient; the largest sizes and the bits are set
     */
    void scan(float[] residue, int start, BinChunk chunk);
}
