package io.github.gradkit.adacomp.train;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.adacomp.compress.AdaComp;
import io.github.gradkit.adacomp.compress.Compressor;
import io.github.gradkit.adacomp.compress.LayerSpec;
import io.github.gradkit.adacomp.compress.LayerUpdate;
import java.util.ArrayList;
import java.util.List;

/**
 * Compresses all layers of a model, each on the device or on the host. Not safe for several
 * threads.
 */
final class GradientPacker {

    private final List<LayerPacker> packers = new ArrayList<>();

    /**
     * Starts with residues of zeros.
     *
     * @throws IllegalArgumentException if the compressor is not for this model
     */
    GradientPacker(Compressor compressor, ModelLayers layers, PackingPlace place) {
        compressor.check(layers.specs());
        for (int i = 0; i < layers.specs().size(); i++) {
            NDArray weight = layers.parameters().get(i).getArray();
            packers.add(open(compressor, layers.specs().get(i), weight, place));
        }
    }

    /** Only AdaComp has a device form; what is sent as it is must be copied out anyway. */
    private static LayerPacker open(
            Compressor compressor, LayerSpec layer, NDArray weight, PackingPlace place) {
        if (compressor instanceof AdaComp adaComp
                && place.isOnDevice(weight.getDevice())
                && layer.size() > 0) {
            int binLength = adaComp.binLength(layer);
            if (binLength > 0) {
                return new LayerPacker.OnDevice(
                        new DeviceAdaComp(layer, binLength, adaComp.settings(), weight));
            }
        }
        return new LayerPacker.OnHost(compressor.open(layer));
    }

    /** Checks all gradients before anything is done with one of them. */
    void requireFinite(List<LayerGradient> gradients) {
        for (int i = 0; i < packers.size(); i++) {
            packers.get(i).requireFinite(gradients.get(i));
        }
    }

    /** Chooses what to send of gradients that {@link #requireFinite} was told of. */
    List<LayerUpdate> pack(long step, List<LayerGradient> gradients) {
        List<LayerUpdate> updates = new ArrayList<>(packers.size());
        for (int i = 0; i < packers.size(); i++) {
            updates.add(packers.get(i).pack(step, gradients.get(i)));
        }
        return updates;
    }

    /** Tells whether some values of a layer may be left for later steps. */
    boolean owes(int layer) {
        return packers.get(layer).owes();
    }

    /** Returns what is still owed of a layer, only to be read; empty if nothing is ever owed. */
    float[] residue(int layer) {
        return packers.get(layer).residue();
    }

    /** Adds a multiple of the gradients to what is owed of the layers that are sent in parts. */
    void owe(List<LayerGradient> gradients, float factor) {
        for (int i = 0; i < packers.size(); i++) {
            if (factor != 0 && owes(i)) {
                packers.get(i).owe(gradients.get(i), factor);
            }
        }
    }

    void setResidue(int layer, float[] values) {
        packers.get(layer).setResidue(values);
    }
}
