package io.github.gradkit.adacomp.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.nn.convolutional.Deconvolution;
import ai.djl.nn.core.Linear;
import ai.djl.nn.recurrent.RecurrentBlock;
import ai.djl.training.Trainer;
import io.github.gradkit.adacomp.compress.LayerKind;
import io.github.gradkit.adacomp.compress.LayerSpec;
import io.github.gradkit.support.model.ModelFingerprint;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The layers of a model: its parameters that collect gradients, in the order of their paths.
 *
 * @param block the model
 * @param fingerprint the fingerprint of the model
 * @param specs what compressors know of the layers
 * @param parameters the parameters of the layers
 * @param others the parameters that collect no gradients, by path
 */
record ModelLayers(
        Block block,
        String fingerprint,
        List<LayerSpec> specs,
        List<Parameter> parameters,
        Map<String, Parameter> others) {

    /** Filters, channels and one or more of space. */
    private static final int KERNEL_DIMENSIONS = 3;

    static ModelLayers of(Block block) {
        Map<String, Parameter> all = ParameterPaths.of(block);
        IdentityHashMap<Parameter, LayerKind> kinds = new IdentityHashMap<>();
        collectKinds(block, kinds);
        List<LayerSpec> specs = new ArrayList<>();
        List<Parameter> parameters = new ArrayList<>();
        Map<String, Parameter> others = new LinkedHashMap<>();
        all.forEach(
                (path, parameter) -> {
                    if (parameter.requiresGradient()) {
                        LayerKind kind = kinds.getOrDefault(parameter, LayerKind.BIAS);
                        specs.add(spec(path, kind, parameter.getArray()));
                        parameters.add(parameter);
                    } else {
                        others.put(path, parameter);
                    }
                });
        if (specs.isEmpty()) {
            throw new IllegalArgumentException(
                    "No parameter of the model collects a gradient, so there is nothing to"
                            + " exchange. Unfreeze a layer, or leave the listener out.");
        }
        return new ModelLayers(
                block,
                ModelFingerprint.of(block),
                List.copyOf(specs),
                List.copyOf(parameters),
                Collections.unmodifiableMap(others));
    }

    private static void collectKinds(Block block, IdentityHashMap<Parameter, LayerKind> kinds) {
        for (Parameter parameter : block.getDirectParameters().values()) {
            if (parameter.getType() == Parameter.Type.WEIGHT) {
                kinds.putIfAbsent(parameter, kind(block, parameter.getArray().getShape()));
            } else if (parameter.getType() == Parameter.Type.OTHER) {
                kinds.putIfAbsent(parameter, LayerKind.OTHER);
            }
        }
        block.getChildren().values().forEach(child -> collectKinds(child, kinds));
    }

    private static LayerKind kind(Block block, Shape weights) {
        if (block instanceof Convolution || block instanceof Deconvolution) {
            return LayerKind.CONVOLUTION;
        }
        if (block instanceof Linear) {
            return LayerKind.FULLY_CONNECTED;
        }
        if (block instanceof RecurrentBlock) {
            return LayerKind.RECURRENT;
        }
        // Imported models are one block, which does not tell what its weights are for.
        boolean kernels = weights.dimension() >= KERNEL_DIMENSIONS;
        return kernels ? LayerKind.CONVOLUTION : LayerKind.OTHER;
    }

    private static LayerSpec spec(String path, LayerKind kind, NDArray array) {
        if (array.getDataType() != DataType.FLOAT32) {
            throw new IllegalArgumentException(
                    "Layer '"
                            + path
                            + "' is "
                            + array.getDataType()
                            + ", but gradients are exchanged as float32 only, so others would be"
                            + " rounded. Train the model as float32.");
        }
        return new LayerSpec(path, kind, Math.toIntExact(array.size()));
    }

    /** Checks that the trainer trains this model in a way that gradients can be exchanged. */
    void requireTrainable(Trainer trainer) {
        Device[] devices = trainer.getDevices();
        if (devices.length != 1) {
            throw new IllegalStateException(
                    "The trainer uses "
                            + devices.length
                            + " devices, but a learner has one: DJL keeps a gradient on each, of"
                            + " which only one would be exchanged. Call"
                            + " config.optDevices(new Device[] {device}), and start a learner for"
                            + " each device.");
        }
        for (int i = 0; i < parameters.size(); i++) {
            requireReady(specs.get(i).path(), parameters.get(i), devices[0]);
        }
        others.forEach(ModelLayers::requireFrozen);
    }

    private static void requireFrozen(String path, Parameter parameter) {
        if (parameter.requiresGradient()) {
            throw new IllegalStateException(
                    "Layer '"
                            + path
                            + "' was unfrozen after the first batch, so its gradients would not be"
                            + " exchanged, and its weights would drift apart. Unfreeze layers"
                            + " before training, or go on with new trainers and listeners.");
        }
    }

    private static void requireReady(String path, Parameter parameter, Device device) {
        if (!parameter.requiresGradient()) {
            throw new IllegalStateException(
                    "Layer '"
                            + path
                            + "' was frozen after the first batch, so the messages of the learners"
                            + " would no longer fit. Freeze layers before training, or go on with"
                            + " new trainers and listeners.");
        }
        if (!parameter.getArray().getDevice().equals(device)) {
            throw new IllegalStateException(
                    "Layer '"
                            + path
                            + "' is on "
                            + parameter.getArray().getDevice()
                            + ", but the trainer uses "
                            + device
                            + ", so its gradients are in a copy that can't be reached. Create the"
                            + " model on the device of the trainer.");
        }
    }

    List<LayerGradient> gradients(PackingPlace place, NDManager scratch) {
        List<LayerGradient> gradients = new ArrayList<>(parameters.size());
        for (int i = 0; i < parameters.size(); i++) {
            String path = specs.get(i).path();
            NDArray weight = parameters.get(i).getArray();
            gradients.add(LayerGradient.open(path, weight, place, scratch));
        }
        return gradients;
    }
}
