package io.github.gradkit.tracin.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
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
     * @param sample the batch
     * @param target what to differentiate
     * @return for each layer the formed gradients
     */
    public List<Factor.Rows> run(NDManager scope, Sample sample, GradientPass.Target target) {
        List<NDList> rows = new ArrayList<>();
        layers.forEach(layer -> rows.add(new NDList()));
        setRequiresGradient(true);
        try {
            for (long i = 0; i < sample.size(); i++) {
                addRows(scope, sample.row(i), target, rows);
            }
        } finally {
            setRequiresGradient(false);
        }
        List<Factor.Rows> factors = new ArrayList<>();
        rows.forEach(list -> factors.add(new Factor.Rows(List.of(NDArrays.concat(list)))));
        return factors;
    }

    private void addRows(
            NDManager scope, Sample example, GradientPass.Target target, List<NDList> rows) {
        try (NDManager inner = scope.newSubManager()) {
            example.attach(inner);
            weights.lend(inner);
            CollectionGuard.run(() -> backward(inner, example, target));
            for (int i = 0; i < layers.size(); i++) {
                NDArray row = read(inner, layers.get(i));
                row.attach(scope);
                rows.get(i).add(row);
            }
        }
    }

    private boolean backward(NDManager inner, Sample example, GradientPass.Target target) {
        layers.forEach(layer -> forEachTrained(layer, ParameterGradients::clear));
        try (CollectorConstants constants = CollectorConstants.of(inner);
                GradientCollector collector = inner.getEngine().newGradientCollector()) {
            NDList outputs = walker.infer(inner, weights, example.data());
            collector.backward(target.total(constants, inner, example, outputs));
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
}
