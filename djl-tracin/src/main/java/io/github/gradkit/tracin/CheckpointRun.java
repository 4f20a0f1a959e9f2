package io.github.gradkit.tracin;

import ai.djl.ndarray.NDManager;
import io.github.gradkit.support.data.ExampleBatch;
import io.github.gradkit.tracin.internal.CheckpointWeights;
import io.github.gradkit.tracin.internal.Factor;
import io.github.gradkit.tracin.internal.GradientPass;
import io.github.gradkit.tracin.internal.Layer;
import io.github.gradkit.tracin.internal.LayerKernel;
import io.github.gradkit.tracin.internal.ModelWalker;
import io.github.gradkit.tracin.internal.OneExamplePass;
import io.github.gradkit.tracin.internal.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * One loaded checkpoint: computes the gradient factors of batches. Closing it frees the weights.
 */
final class CheckpointRun implements AutoCloseable {

    private final NDManager manager;
    private final CheckpointWeights weights;
    private final List<Layer> layers;
    private final GradientPass fast;
    private final OneExamplePass slow;
    private final boolean anyFast;
    private final List<Integer> slowLayers = new ArrayList<>();

    CheckpointRun(
            NDManager manager, CheckpointWeights weights, ModelWalker walker, List<Layer> layers) {
        this.manager = manager;
        this.weights = weights;
        this.layers = layers;
        this.fast = new GradientPass(walker, weights, layers);
        boolean kernels = false;
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i).counts(weights)) {
                if (layers.get(i).kernel().isPresent()) {
                    kernels = true;
                } else {
                    slowLayers.add(i);
                }
            }
        }
        this.anyFast = kernels;
        this.slow =
                new OneExamplePass(walker, weights, slowLayers.stream().map(layers::get).toList());
    }

    NDManager manager() {
        return manager;
    }

    CheckpointWeights weights() {
        return weights;
    }

    /** The uses of each layer with a kernel, for inspection. */
    List<List<LayerKernel.Use>> uses(
            NDManager scope, ExampleBatch batch, GradientPass.Target target) {
        return fast.run(scope, Sample.of(batch), target);
    }

    /**
     * Computes the factors of a batch.
     *
     * @param scope owns what is made on the way, and the factors
     * @param batch the examples
     * @param target what to differentiate
     * @param formed for each layer whether its gradients are to be formed
     * @return for each layer its factor, or empty when nothing of it was trained at this checkpoint
     */
    List<Optional<Factor>> factors(
            NDManager scope, ExampleBatch batch, GradientPass.Target target, List<Boolean> formed) {
        List<Optional<Factor>> factors =
                new ArrayList<>(Collections.nCopies(layers.size(), Optional.empty()));
        if (anyFast) {
            List<List<LayerKernel.Use>> uses = uses(scope, batch, target);
            for (int i = 0; i < layers.size(); i++) {
                if (!uses.get(i).isEmpty()) {
                    factors.set(i, Optional.of(factor(i, uses.get(i), formed.get(i))));
                }
            }
        }
        if (!slowLayers.isEmpty()) {
            List<Factor.Rows> rows = slow.run(scope, Sample.of(batch), target);
            for (int i = 0; i < slowLayers.size(); i++) {
                factors.set(slowLayers.get(i), Optional.of(rows.get(i)));
            }
        }
        return factors;
    }

    private Factor factor(int layer, List<LayerKernel.Use> uses, boolean formed) {
        LayerKernel kernel = layers.get(layer).kernel().orElseThrow();
        return formed ? kernel.formed(uses, weights) : kernel.factored(uses, weights);
    }

    @Override
    public void close() {
        manager.close();
    }
}
