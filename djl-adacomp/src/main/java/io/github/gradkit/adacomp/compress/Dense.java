package io.github.gradkit.adacomp.compress;

/** Sends all gradients as they are: what the others are measured against. */
public final class Dense implements Compressor {

    @Override
    public String name() {
        return "dense";
    }

    @Override
    public String signature() {
        return "dense";
    }

    @Override
    public LayerCompressor open(LayerSpec layer) {
        return new DenseLayer(layer);
    }
}
