package io.github.gradkit.tracin.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import io.github.gradkit.support.gradient.CollectionGuard;
import io.github.gradkit.support.gradient.CollectorConstants;
import io.github.gradkit.support.gradient.ParameterGradients;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The exact fallback for layers without kernel: one forward and backward pass per example.
 *
 * <p>Right for any block that works on a batch of one, and slow.
 */
public final class OneExamplePass {

    private final ModelWalker walker;
    private final CheckpointWeights weights;
    private final List<Layer> layers;

    /**
     * Prepares passes at one checkpoint.
     *
     * @param walker runs the model
     * @param weights the checkpoint
     * @param layers the layers whose gradients to read
     */
    public OneExamplePass(ModelWalker walker, CheckpointWeights weights, List<Layer> layers) {
        this.walker = walker;
        this.weights = weights;
        this.layers = layers;
    }

    /**
     * Runs each example of a batch on its own.
     *
     * @param scope owns the result
     * @param data the model's inputs
     * @param labels the labels
     * @param target what to differentiate
     * @return for each layer the formed gradients
     */
    public List<Factor.Rows> run(
            NDManager scope, NDList data, NDList labels, GradientPass.Target target) {
        List<NDList> rows = new ArrayList<>();
        layers.forEach(layer -> rows.add(new NDList()));
        long batch = data.head().getShape().get(0);
        setRequiresGradient(true);
        try {
            for (long i = 0; i < batch; i++) {
                NDIndex one = new NDIndex().addSliceDim(i, i + 1);
                addRows(scope, slice(data, one), slice(labels, one), target, rows);
            }
        } finally {
            setRequiresGradient(false);
        }
        List<Factor.Rows> factors = new ArrayList<>();
        rows.forEach(list -> factors.add(new Factor.Rows(List.of(NDArrays.concat(list)))));
        return factors;
    }

    private void addRows(
            NDManager scope,
            NDList data,
            NDList labels,
            GradientPass.Target target,
            List<NDList> rows) {
        try (NDManager inner = scope.newSubManager()) {
            data.attach(inner);
            labels.attach(inner);
            weights.lend(inner);
            CollectionGuard.run(() -> backward(inner, data, labels, target));
            for (int i = 0; i < layers.size(); i++) {
                NDArray row = read(inner, layers.get(i));
                row.attach(scope);
                rows.get(i).add(row);
            }
        }
    }

    private boolean backward(
            NDManager inner, NDList data, NDList labels, GradientPass.Target target) {
        layers.forEach(layer -> forEachTrained(layer, ParameterGradients::clear));
        try (CollectorConstants constants = CollectorConstants.of(inner);
                GradientCollector collector = inner.getEngine().newGradientCollector()) {
            NDList outputs =
                    walker.forward(
                            GradientPass.handles(data, inner),
                            (leaf, in) -> leaf.forward(weights, in, false));
            NDArray value = GradientPass.total(target.objective().evaluate(labels, outputs), inner);
            collector.backward(target.scale() == 1 ? value : constants.mul(value, target.scale()));
        }
        return true;
    }

    private NDArray read(NDManager manager, Layer layer) {
        NDList parts = new NDList();
        forEachTrained(
                layer, array -> parts.add(ParameterGradients.read(array, manager).flatten()));
        return NDArrays.concat(parts).expandDims(0);
    }

    private void setRequiresGradient(boolean wanted) {
        layers.forEach(layer -> forEachTrained(layer, array -> array.setRequiresGradient(wanted)));
    }

    private void forEachTrained(Layer layer, Consumer<NDArray> action) {
        for (Parameter parameter : layer.parameters()) {
            if (weights.isTrainable(parameter)) {
                action.accept(weights.array(parameter));
            }
        }
    }

    private static NDList slice(NDList arrays, NDIndex index) {
        NDList slices = new NDList();
        arrays.forEach(array -> slices.add(array.get(index)));
        return slices;
    }
}
