package io.github.gradkit.adacomp.compress;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Compresses all layers of a model. Not safe for several threads. */
public final class GradientPacker {

    private final List<LayerSpec> layers;
    private final List<LayerCompressor> compressors = new ArrayList<>();

    private GradientPacker(Compressor compressor, List<LayerSpec> layers) {
        this.layers = List.copyOf(layers);
        for (LayerSpec layer : layers) {
            compressors.add(compressor.open(layer));
        }
    }

    /**
     * Starts with residues of zeros.
     *
     * @param compressor the compressor of all layers
     * @param layers the layers
     * @return the packer
     */
    public static GradientPacker open(Compressor compressor, List<LayerSpec> layers) {
        return new GradientPacker(compressor, layers);
    }

    /**
     * Checks all gradients before anything is done with one of them.
     *
     * @param gradients one for each layer, from index 0 to the limit
     * @throws IllegalArgumentException if one has not the size of its layer
     * @throws GradientException if one holds a NaN or an infinity
     */
    public void requireFinite(List<FloatBuffer> gradients) {
        for (int i = 0; i < layers.size(); i++) {
            FiniteCheck.require(layers.get(i), gradients.get(i));
        }
    }

    /**
     * Chooses what to send of each layer.
     *
     * @param step the number of the step, from 0
     * @param gradients one for each layer, that {@link #requireFinite} was told of
     * @return one update for each layer
     * @throws GradientException if gradient and residue together are too large for a float; the
     *     residues are of no use then
     */
    public List<LayerUpdate> pack(long step, List<FloatBuffer> gradients) {
        List<LayerUpdate> updates = new ArrayList<>(layers.size());
        for (int i = 0; i < layers.size(); i++) {
            updates.add(compressors.get(i).compress(step, gradients.get(i)));
        }
        return updates;
    }

    /**
     * Returns what is still owed of a layer.
     *
     * @param layer its number
     * @return the live values, empty if nothing is ever owed
     */
    public float[] residue(int layer) {
        return compressors.get(layer).residue();
    }
}
