package io.github.gradkit.adacomp.compress;

import java.nio.FloatBuffer;

/**
 * Compresses the gradients of one layer, one step after the other. Not safe for several threads.
 */
public interface LayerCompressor {

    /**
     * Chooses what to send of a gradient, and keeps the rest as residue.
     *
     * @param step the number of the step, from 0; it matters only where the first steps are
     *     different
     * @param gradient the gradient, from index 0 to its limit; only read, position and limit stay
     * @return what to send
     * @throws IllegalArgumentException if the gradient has not the size of the layer
     * @throws GradientException if the gradient holds a NaN or an infinity; the residue is as
     *     before then. Also if gradient and residue together are too large for a float; the residue
     *     is of no use then
     */
    default LayerUpdate compress(long step, FloatBuffer gradient) {
        FiniteCheck.require(layer(), gradient);
        return compressFinite(step, gradient);
    }

    /**
     * Does the same with a gradient that {@link FiniteCheck#require} was told of, as whoever checks
     * all layers before the first has done.
     *
     * @param step the number of the step, from 0
     * @param gradient the gradient, from index 0 to its limit; only read
     * @return what to send
     * @throws GradientException if gradient and residue together are too large for a float; the
     *     residue is of no use then
     */
    LayerUpdate compressFinite(long step, FloatBuffer gradient);

    /**
     * Returns the layer.
     *
     * @return the layer
     */
    LayerSpec layer();

    /**
     * Returns what is still owed: the sum of all gradients less the sum of all that was sent.
     *
     * @return the live values, which a resumed training may set; of the size of the layer, or empty
     *     for a compressor that owes nothing. Good until the next gradient is compressed: ask again
     *     then
     */
    float[] residue();
}
