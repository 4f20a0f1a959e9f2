package io.github.gradkit.adacomp.compress;

import java.util.List;

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
     * Checks that the settings fit a model, before the first of its layers is opened. Whoever opens
     * all layers of a model calls this once, as {@link
     * io.github.gradkit.adacomp.train.GradientCompressionListener} does. By default any model will
     * do.
     *
     * @param layers all layers of the model that collect gradients
     * @throws IllegalArgumentException if a setting is for a layer that the model doesn't have
     */
    default void check(List<LayerSpec> layers) {
        // Settings that name no layer fit all models.
    }

    /**
     * Starts on a layer, with a residue of zeros.
     *
     * @param layer the layer
     * @return what compresses its gradients; nothing to close
     */
    LayerCompressor open(LayerSpec layer);
}
