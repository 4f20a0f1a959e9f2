package io.github.gradkit.adacomp.train;

import io.github.gradkit.adacomp.compress.FiniteCheck;
import io.github.gradkit.adacomp.compress.LayerCompressor;
import io.github.gradkit.adacomp.compress.LayerUpdate;

/** Compresses the gradients of one layer, wherever they are. */
sealed interface LayerPacker {

    void requireFinite(LayerGradient gradient);

    LayerUpdate pack(long step, LayerGradient gradient);

    /** Tells whether some values may be left for later steps. */
    boolean owes();

    /** Returns what is still owed, maybe as a copy: only to be read. */
    float[] residue();

    void setResidue(float[] values);

    /** Adds a multiple of a gradient, not yet overwritten, to what is owed. */
    void owe(LayerGradient gradient, float factor);

    /** Reads the gradient in the memory of the host. */
    record OnHost(LayerCompressor compressor, boolean owes) implements LayerPacker {

        /** Asks once, since a compressor may have to bring its residue up to date to show it. */
        OnHost(LayerCompressor compressor) {
            this(compressor, compressor.residue().length > 0);
        }

        @Override
        public void requireFinite(LayerGradient gradient) {
            FiniteCheck.require(compressor.layer(), gradient.values());
        }

        @Override
        public LayerUpdate pack(long step, LayerGradient gradient) {
            return compressor.compressFinite(step, gradient.values());
        }

        @Override
        public float[] residue() {
            return compressor.residue();
        }

        @Override
        public void setResidue(float[] values) {
            System.arraycopy(values, 0, compressor.residue(), 0, values.length);
        }

        @Override
        public void owe(LayerGradient gradient, float factor) {
            float[] residue = compressor.residue();
            for (int i = 0; i < residue.length; i++) {
                residue[i] += factor * gradient.values().get(i);
            }
        }
    }

    /** Leaves the gradient where it is. */
    record OnDevice(DeviceAdaComp adaComp) implements LayerPacker {

        @Override
        public void requireFinite(LayerGradient gradient) {
            adaComp.requireFinite(gradient.array());
        }

        @Override
        public LayerUpdate pack(long step, LayerGradient gradient) {
            return adaComp.compress(step, gradient.array());
        }

        @Override
        public boolean owes() {
            return true;
        }

        @Override
        public float[] residue() {
            return adaComp.residue();
        }

        @Override
        public void setResidue(float[] values) {
            adaComp.setResidue(values);
        }

        @Override
        public void owe(LayerGradient gradient, float factor) {
            adaComp.owe(gradient.array(), factor);
        }
    }
}
