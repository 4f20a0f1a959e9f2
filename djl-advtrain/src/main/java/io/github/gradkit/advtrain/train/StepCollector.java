package io.github.gradkit.advtrain.train;

import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import org.jspecify.annotations.Nullable;

/**
 * Collects the gradients of a step, at moved weights if there are any.
 *
 * @param collector the collector of the engine
 * @param weights moved, or {@code null}; moved back when this is closed
 */
record StepCollector(GradientCollector collector, @Nullable WeightPerturbation weights)
        implements GradientCollector {

    @Override
    public void backward(NDArray target) {
        collector.backward(target);
    }

    @Override
    public void zeroGradients() {
        collector.zeroGradients();
    }

    /** Listeners and the optimizer, which come next, see the weights where they were. */
    @Override
    public void close() {
        try {
            collector.close();
        } finally {
            if (weights != null) {
                weights.close();
            }
        }
    }
}
