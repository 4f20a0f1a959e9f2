package io.github.gradkit.tracin.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The scale and shift of a normalisation layer, whose statistics don't depend on the batch.
 *
 * <p>With y = gamma x^ + beta the gradients are the sums over positions of error times x^ and of
 * the error. The normalised input x^ is what the layer itself returns for gamma = 1 and beta = 0,
 * so neither its epsilon nor its axes, which have no getters, need be known.
 *
 * @param block the layer
 * @param gamma the scale
 * @param beta the shift
 * @param byChannel true when the parameters belong to one axis (batch normalisation), false when
 *     they belong to the last axes (layer normalisation)
 */
record AffineKernel(Block block, Parameter gamma, Parameter beta, boolean byChannel)
        implements LayerKernel {

    @Override
    public Optional<Geometry> geometry(List<Use> uses) {
        return Optional.empty();
    }

    @Override
    public Factor factored(List<Use> uses, CheckpointWeights weights) {
        return formed(uses, weights);
    }

    @Override
    public Factor.Rows formed(List<Use> uses, CheckpointWeights weights) {
        List<NDArray> parts = new ArrayList<>();
        if (weights.isTrainable(gamma)) {
            parts.add(
                    sumUses(
                            uses,
                            weights,
                            use -> use.error().mul(normalised(use.input(), weights))));
        }
        if (weights.isTrainable(beta)) {
            parts.add(sumUses(uses, weights, Use::error));
        }
        return new Factor.Rows(parts);
    }

    private interface PerElement {
        NDArray of(Use use);
    }

    private NDArray sumUses(List<Use> uses, CheckpointWeights weights, PerElement value) {
        return uses.stream()
                .map(use -> sumPositions(value.of(use), weights))
                .reduce(NDArray::add)
                .orElseThrow();
    }

    private NDArray normalised(NDArray input, CheckpointWeights weights) {
        NDManager manager = input.getManager();
        NDArray scale = weights.array(gamma);
        Map<Parameter, NDArray> plain =
                Map.of(
                        gamma, manager.ones(scale.getShape(), scale.getDataType()),
                        beta, manager.zeros(scale.getShape(), scale.getDataType()));
        return weights.with(
                plain, () -> block.forward(weights, new NDList(input), false).singletonOrThrow());
    }

    private NDArray sumPositions(NDArray value, CheckpointWeights weights) {
        Shape shape = value.getShape();
        int kept = byChannel ? channelAxis(value, weights) : firstNormalisedAxis(shape);
        int[] positions =
                IntStream.range(1, shape.dimension())
                        .filter(axis -> byChannel ? axis != kept : axis < kept)
                        .toArray();
        NDArray sum = positions.length == 0 ? value : value.sum(positions);
        return sum.reshape(shape.get(0), -1);
    }

    private int firstNormalisedAxis(Shape shape) {
        return shape.dimension() - gamma.getShape().dimension();
    }

    /**
     * Finds the axis of the channels.
     *
     * <p>Where sizes are ambiguous the layer is asked: for gamma = 0 it returns beta, laid out
     * along the axis.
     */
    private int channelAxis(NDArray value, CheckpointWeights weights) {
        Shape shape = value.getShape();
        long channels = gamma.getShape().size();
        int[] candidates =
                IntStream.range(1, shape.dimension())
                        .filter(axis -> shape.get(axis) == channels)
                        .toArray();
        if (candidates.length == 1 || channels == 1) {
            return candidates[0];
        }
        NDArray shift =
                value.getManager().arange((int) channels).toType(value.getDataType(), false);
        NDArray scale = shift.zerosLike();
        NDArray laidOut =
                weights.with(
                        Map.of(gamma, scale, beta, shift),
                        () ->
                                block.forward(weights, new NDList(value.zerosLike()), false)
                                        .singletonOrThrow());
        return IntStream.of(candidates)
                .filter(axis -> laidOut.contentEquals(along(axis, shift, shape)))
                .findFirst()
                .orElseThrow();
    }

    private static NDArray along(int axis, NDArray shift, Shape shape) {
        long[] sizes = new long[shape.dimension()];
        Arrays.fill(sizes, 1);
        sizes[axis] = shape.get(axis);
        return shift.reshape(new Shape(sizes)).broadcast(shape);
    }
}
