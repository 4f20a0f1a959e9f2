package io.github.gradkit.adacomp.compress;

import java.nio.FloatBuffer;

/** Adds gradients to the residue, of which then something is sent. */
abstract class ResidueLayer implements LayerCompressor {

    private final LayerSpec layer;
    private final float[] residue;

    ResidueLayer(LayerSpec layer) {
        this.layer = layer;
        residue = new float[layer.size()];
    }

    /** Takes off what is sent from what is owed. */
    abstract LayerUpdate send(float[] owed);

    @Override
    public final LayerSpec layer() {
        return layer;
    }

    @Override
    public final LayerUpdate compressFinite(long step, FloatBuffer gradient) {
        for (int i = 0; i < residue.length; i++) {
            residue[i] += gradient.get(i);
            if (Float.isInfinite(residue[i])) {
                throw FiniteCheck.overflow(layer);
            }
        }
        return send(residue);
    }

    @Override
    public final float[] residue() {
        return residue;
    }
}
