package io.github.gradkit.learninit.attack;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.advtrain.attack.GradientScorer;
import io.github.gradkit.advtrain.attack.InputGradient;

/** Counts the gradients that are asked of a model, one for each example. */
final class CountingScorer implements GradientScorer {

    private final GradientScorer scorer;
    private long gradients;

    CountingScorer(GradientScorer scorer) {
        this.scorer = scorer;
    }

    @Override
    public NDArray score(NDArray inputs) {
        return scorer.score(inputs);
    }

    @Override
    public InputGradient gradient(NDArray inputs, LossOfLogits loss) {
        gradients += inputs.getShape().get(0);
        return scorer.gradient(inputs, loss);
    }

    long gradients() {
        return gradients;
    }
}
