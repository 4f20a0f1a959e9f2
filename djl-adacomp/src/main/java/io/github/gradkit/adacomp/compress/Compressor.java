package io.github.gradkit.adacomp.compress;

/**
 * A way of sending less than the whole gradient.
 *
 * <p>A compressor holds settings only, so that all layers and learners may share it; what changes
 * from step to step is in the {@link LayerCompressor} that it opens for each layer.
 */
public interface Compressor {

    /**
     * Returns the name for tables.
     *
     * @return for example {@code AdaComp}
     */
    String name();

    /**
     * Returns all settings in one line. Learners that train together must have the same, and so
     * must a training that is resumed.
     *
     * @return a text without line breaks, equal for equal settings
     */
    String signature();

    /**
     * Starts on a layer, with a residue of zeros.
     *
     * @param layer the layer
     * @return what compresses its gradients; nothing to close
     */
    LayerCompressor open(LayerSpec layer);
}
