package io.github.gradkit.tracin.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import io.github.gradkit.support.gradient.CollectionGuard;
import io.github.gradkit.support.gradient.CollectorConstants;
import io.github.gradkit.tracin.Objective;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One forward and backward pass that sees what each layer gets and which error reaches it.
 *
 * <p>A zero array that wants a gradient, the probe, is added to each layer's output. The weights
 * want none, so the backward pass computes errors only, and the probe's gradient is the error of
 * each example.
 */
public final class GradientPass {

    private final ModelWalker walker;
    private final CheckpointWeights weights;
    private final List<Layer> layers;
    private final Map<Block, Integer> positions;

    /**
     * Prepares passes at one checkpoint.
     *
     * @param walker runs the model
     * @param weights the checkpoint
     * @param layers the layers to watch
     */
    public GradientPass(ModelWalker walker, CheckpointWeights weights, List<Layer> layers) {
        this.walker = walker;
        this.weights = weights;
        this.layers = layers;
        this.positions = Layers.positions(layers);
    }

    /**
     * Says what to differentiate.
     *
     * @param objective the loss or score
     * @param scale multiplies the gradients, on top of undoing a mean over the batch
     * @param mean whether the objective is a mean over the batch
     */
    public record Target(Objective objective, double scale, boolean mean) {

        /** The scaled sum of the objective over the examples, inside a collector. */
        NDArray total(
                CollectorConstants constants, NDManager scope, Sample sample, NDList outputs) {
            NDArray value = GradientPass.total(objective.evaluate(sample.labels(), outputs), scope);
            double factor = scale * (mean ? sample.size() : 1);
            return factor == 1 ? value : constants.mul(value, factor);
        }
    }

    /**
     * Runs a batch.
     *
     * @param scope owns everything made here
     * @param sample the batch; its arrays stay attached where they are
     * @param target what to differentiate
     * @return the uses of each layer, in the order of the layers; empty lists for layers without
     *     kernel or without trained parameters
     */
    public List<List<LayerKernel.Use>> run(NDManager scope, Sample sample, Target target) {
        weights.lend(scope);
        return CollectionGuard.run(() -> trace(scope, sample, target));
    }

    private List<List<LayerKernel.Use>> trace(NDManager scope, Sample sample, Target target) {
        List<List<Capture>> captures = new ArrayList<>();
        layers.forEach(layer -> captures.add(new ArrayList<>()));
        try (CollectorConstants constants = CollectorConstants.of(scope);
                GradientCollector collector = scope.getEngine().newGradientCollector()) {
            NDList outputs =
                    walker.forward(
                            handles(sample.data(), scope),
                            (leaf, in) -> probed(leaf, in, scope, captures));
            collector.backward(target.total(constants, scope, sample, outputs));
        }
        return captures.stream().map(uses -> uses.stream().map(Capture::toUse).toList()).toList();
    }

    private NDList probed(
            Block leaf, NDList inputs, NDManager scope, List<List<Capture>> captures) {
        NDList outputs = leaf.forward(weights, inputs, false);
        Integer position = positions.get(leaf);
        if (position == null) {
            return outputs;
        }
        Layer layer = layers.get(position);
        if (layer.kernel().isEmpty() || !layer.counts(weights)) {
            return outputs;
        }
        NDArray output = outputs.singletonOrThrow();
        NDArray probe = scope.zeros(output.getShape(), output.getDataType());
        probe.setRequiresGradient(true);
        captures.get(position).add(new Capture(inputs.singletonOrThrow(), probe));
        return new NDList(output.add(probe));
    }

    private record Capture(NDArray input, NDArray probe) {
        LayerKernel.Use toUse() {
            NDArray error = probe.getGradient();
            error.attach(probe.getManager());
            return new LayerKernel.Use(
                    input.stopGradient(), error.toType(probe.getDataType(), false));
        }
    }

    /** Handles of our own, so that results of the model's first operations belong to the scope. */
    static NDList handles(NDList arrays, NDManager scope) {
        NDList handles = new NDList();
        for (NDArray array : arrays) {
            NDArray handle = array.stopGradient();
            handle.attach(scope);
            handles.add(handle);
        }
        return handles;
    }

    /**
     * Adds up an objective.
     *
     * <p>Plus a zero that wants a gradient: a constant objective could not be differentiated
     * otherwise, and DJL doesn't tell which objectives are constant.
     */
    static NDArray total(NDArray value, NDManager scope) {
        NDArray sum = value.isScalar() ? value : value.sum();
        NDArray anchor = scope.zeros(sum.getShape(), sum.getDataType());
        anchor.setRequiresGradient(true);
        return sum.add(anchor);
    }
}
