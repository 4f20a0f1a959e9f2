package io.github.gradkit.tracin.internal;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.util.List;
import java.util.Optional;

/**
 * A leaf of the model whose gradients count.
 *
 * @param path the leaf's path in the model
 * @param leaf the block
 * @param parameters its distinct parameters
 * @param kernel its kernel; without one its gradients come from one-example passes
 */
public record Layer(
        String path, Block leaf, List<Parameter> parameters, Optional<LayerKernel> kernel) {

    /**
     * Returns the number of values in the layer's parameters.
     *
     * @return the size of a formed gradient
     */
    public long parameterCount() {
        return parameters.stream().mapToLong(p -> p.getShape().size()).sum();
    }

    /**
     * Tells whether any parameter of the layer was trained at a checkpoint.
     *
     * @param weights the checkpoint
     * @return whether the layer contributes
     */
    public boolean counts(CheckpointWeights weights) {
        return parameters.stream().anyMatch(weights::isTrainable);
    }
}
