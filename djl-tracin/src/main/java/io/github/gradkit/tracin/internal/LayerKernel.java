package io.github.gradkit.tracin.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.LayerNorm;
import java.util.List;
import java.util.Optional;

/**
 * Turns what one kind of layer saw and what reached it backwards into per-example gradients.
 *
 * <p>A layer that is used more than once in a forward pass has several uses; its gradient is the
 * sum over them, cross terms included.
 */
public sealed interface LayerKernel permits OuterProductKernel, AffineKernel {

    /**
     * One use of a layer in a forward pass.
     *
     * @param input the layer's input, {@code (batch, ...)}
     * @param error the derivative of each example's objective by the layer's output, {@code (batch,
     *     ...)}
     */
    record Use(NDArray input, NDArray error) {}

    /**
     * Returns the sizes that the planner needs.
     *
     * @param uses all uses in a forward pass
     * @return the sizes, or empty when gradients are always formed
     */
    Optional<Geometry> geometry(List<Use> uses);

    /**
     * Returns the gradients in factored form.
     *
     * @param uses all uses in a forward pass
     * @param weights says which parameters count; at least one of the layer's does
     * @return the factors
     */
    Factor factored(List<Use> uses, CheckpointWeights weights);

    /**
     * Returns the gradients formed, one row per example.
     *
     * @param uses all uses in a forward pass
     * @param weights says which parameters count; at least one of the layer's does
     * @return the rows
     */
    Factor.Rows formed(List<Use> uses, CheckpointWeights weights);

    /**
     * Finds the kernel of a leaf.
     *
     * @param leaf a leaf of the model
     * @return the kernel, or empty when there is none for this kind of block
     */
    static Optional<LayerKernel> of(Block leaf) {
        if (ForwardMethods.runsForwardOf(leaf, Linear.class)) {
            return Optional.of(outerProduct(leaf, new LinearUnfolding()));
        }
        if (ForwardMethods.runsForwardOf(leaf, Convolution.class)) {
            return Optional.of(outerProduct(leaf, ConvolutionUnfolding.of((Convolution) leaf)));
        }
        if (ForwardMethods.runsForwardOf(leaf, BatchNorm.class)) {
            return Optional.of(affine(leaf, true));
        }
        if (ForwardMethods.runsForwardOf(leaf, LayerNorm.class)) {
            return Optional.of(affine(leaf, false));
        }
        return Optional.empty();
    }

    private static OuterProductKernel outerProduct(Block leaf, Unfolding unfolding) {
        return new OuterProductKernel(
                parameter(leaf, Parameter.Type.WEIGHT).orElseThrow(),
                parameter(leaf, Parameter.Type.BIAS).orElse(null),
                unfolding);
    }

    private static AffineKernel affine(Block leaf, boolean byChannel) {
        return new AffineKernel(
                leaf,
                parameter(leaf, Parameter.Type.GAMMA).orElseThrow(),
                parameter(leaf, Parameter.Type.BETA).orElseThrow(),
                byChannel);
    }

    private static Optional<Parameter> parameter(Block leaf, Parameter.Type type) {
        return leaf.getDirectParameters().values().stream()
                .filter(p -> p.getType() == type)
                .findFirst();
    }
}
