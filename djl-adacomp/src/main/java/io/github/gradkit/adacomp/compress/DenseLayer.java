package io.github.gradkit.adacomp.compress;

import java.nio.FloatBuffer;

/** Sends a layer as it is. */
final class DenseLayer implements LayerCompressor {

    private static final float[] NOTHING = {};

    private final LayerSpec layer;

    DenseLayer(LayerSpec layer) {
        this.layer = layer;
    }

    @Override
    public LayerSpec layer() {
        return layer;
    }

    @Override
    public LayerUpdate compressFinite(long step, FloatBuffer gradient) {
        return update(layer, gradient);
    }

    static DenseUpdate update(LayerSpec layer, FloatBuffer gradient) {
        float[] values = new float[layer.size()];
        gradient.get(0, values);
        return new DenseUpdate(values);
    }

    @Override
    public float[] residue() {
        return NOTHING;
    }
}
