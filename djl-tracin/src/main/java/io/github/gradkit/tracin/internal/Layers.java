package io.github.gradkit.tracin.internal;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds the layers of a model whose gradients count. */
public final class Layers {

    private Layers() {}

    /**
     * Lists the chosen layers that have a trained parameter.
     *
     * @param walker the model
     * @param trainable the parameters trained at any checkpoint
     * @param chosen says by path which layers to use
     * @return the layers, in the order of the model
     * @throws IllegalArgumentException if there is none
     */
    public static List<Layer> of(
            ModelWalker walker, Set<Parameter> trainable, Predicate<String> chosen) {
        Map<Block, String> leaves = walker.leaves();
        Set<Parameter> shared = sharedBetween(leaves.keySet());
        Set<Parameter> claimed = new HashSet<>();
        List<Layer> candidates = new ArrayList<>();
        leaves.forEach(
                (leaf, path) -> {
                    if (leaf.getParameters().values().stream().anyMatch(trainable::contains)) {
                        layer(leaf, path, shared, claimed).ifPresent(candidates::add);
                    }
                });
        List<Layer> layers =
                candidates.stream().filter(layer -> chosen.test(layer.path())).toList();
        if (layers.isEmpty()) {
            throw new IllegalArgumentException(
                    candidates.isEmpty()
                            ? "The model had no trained parameter at any checkpoint, so no training"
                                    + " example had any influence"
                            : "No layer was chosen. Layers with trained parameters: "
                                    + candidates.stream()
                                            .map(Layer::path)
                                            .collect(Collectors.joining(", ")));
        }
        return layers;
    }

    private static Optional<Layer> layer(
            Block leaf, String path, Set<Parameter> shared, Set<Parameter> claimed) {
        // a shared parameter counts once, with the first layer that uses it
        List<Parameter> parameters =
                ParameterPaths.of(leaf).values().stream().filter(claimed::add).toList();
        if (parameters.isEmpty()) {
            return Optional.empty();
        }
        boolean hidden = leaf.getParameters().values().stream().anyMatch(shared::contains);
        Optional<LayerKernel> kernel = hidden ? Optional.empty() : LayerKernel.of(leaf);
        return Optional.of(new Layer(path, leaf, parameters, kernel));
    }

    /** Parameters used by more than one leaf: only a whole backward pass sees their cross terms. */
    private static Set<Parameter> sharedBetween(Collection<Block> leaves) {
        Map<Parameter, Block> owners = new HashMap<>();
        Set<Parameter> shared = new HashSet<>();
        for (Block leaf : leaves) {
            for (Parameter parameter : leaf.getParameters().values()) {
                Block owner = owners.putIfAbsent(parameter, leaf);
                if (owner != null && owner != leaf) {
                    shared.add(parameter);
                }
            }
        }
        return shared;
    }

    /**
     * Numbers the layers.
     *
     * @param layers the layers
     * @return the position of each layer in the list, by its block
     */
    static Map<Block, Integer> positions(List<Layer> layers) {
        Map<Block, Integer> positions = new HashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            positions.put(layers.get(i).leaf(), i);
        }
        return positions;
    }
}
