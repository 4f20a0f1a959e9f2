package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.advtrain.internal.Checks;
import java.util.function.Supplier;

/**
 * A model with random choices, seen as the mean of several passes (expectation over
 * transformation): scores, losses and gradients are averaged.
 *
 * <p>Without it an attack climbs along the noise. The ledger of an attack counts one pass for all
 * of them; that of {@link AutoAttack#rand} counts each.
 *
 * <p>Source: A. Athalye, L. Engstrom, A. Ilyas, K. Kwok, <em>Synthesizing Robust Adversarial
 * Examples</em>, ICML 2018.
 */
public final class ExpectationScorer implements GradientScorer {

    private final GradientScorer scorer;
    private final int passes;

    private ExpectationScorer(GradientScorer scorer, int passes) {
        this.scorer = scorer;
        this.passes = passes;
    }

    /**
     * Returns the mean of a model.
     *
     * @param scorer the model; it stays owned by the caller
     * @param passes over how many passes to average, 1 or more
     * @return the scorer
     * @throws IllegalArgumentException if there are less than 1 passes
     */
    public static ExpectationScorer of(GradientScorer scorer, int passes) {
        return new ExpectationScorer(scorer, Checks.atLeastOne(passes, "The number of passes"));
    }

    @Override
    public NDArray score(NDArray inputs) {
        NDArray sum = scorer.score(inputs);
        for (int pass = 1; pass < passes; pass++) {
            sum = plus(sum, scorer.score(inputs));
        }
        return mean(sum);
    }

    @Override
    public InputGradient gradient(NDArray inputs, LossOfLogits loss) {
        InputGradient sum = scorer.gradient(inputs, loss);
        for (int pass = 1; pass < passes; pass++) {
            InputGradient next = scorer.gradient(inputs, loss);
            sum =
                    new InputGradient(
                            plus(sum.logits(), next.logits()),
                            plus(sum.losses(), next.losses()),
                            plus(sum.gradient(), next.gradient()));
        }
        return new InputGradient(mean(sum.logits()), mean(sum.losses()), mean(sum.gradient()));
    }

    private static NDArray plus(NDArray sum, NDArray next) {
        return replace(sum, () -> sum.add(next), next);
    }

    private NDArray mean(NDArray sum) {
        return replace(sum, () -> sum.div(passes), sum);
    }

    private static NDArray replace(NDArray sum, Supplier<NDArray> computation, NDArray spent) {
        try (sum;
                spent) {
            return Scratch.keep(sum.getManager(), computation);
        }
    }
}
