package io.github.gradkit.learninit.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.AttackResult;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.GradientScorer;
import io.github.gradkit.advtrain.attack.LossInput;
import io.github.gradkit.advtrain.attack.PerturbationStart;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.advtrain.attack.StandardLoss;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.support.gradient.CollectorConstants;
import java.util.stream.IntStream;

/**
 * Measures how far projected gradient descent of a few steps comes from a start.
 *
 * <p>A start is judged by the loss it leads to for the gradients of the model it takes, its own
 * included, so that one which takes gradients itself has no advantage.
 */
public final class StartComparison {

    private final GradientScorer scorer;
    private final AttackInput input;
    private final EpsilonBall ball;
    private final long seed;

    /**
     * What came of one start.
     *
     * @param steps the steps of the attack after the start
     * @param gradients the gradients of the model for each example, those of the start included
     * @param loss the mean cross-entropy of the perturbed examples, in nats
     * @param lossDeviation the standard deviation of the cross-entropy over examples, in nats
     * @param success the share of examples that the model gets wrong, from 0 to 1; those it gets
     *     wrong without any change included
     * @param seconds the time for all examples
     */
    public record Entry(
            int steps,
            double gradients,
            double loss,
            double lossDeviation,
            double success,
            double seconds) {}

    /**
     * Takes what is attacked.
     *
     * @param scorer the model
     * @param input the examples; stay owned by the caller
     * @param ball where perturbed inputs may lie
     * @param seed decides what starts draw
     */
    public StartComparison(GradientScorer scorer, AttackInput input, EpsilonBall ball, long seed) {
        this.scorer = scorer;
        this.input = input;
        this.ball = ball;
        this.seed = seed;
    }

    /**
     * Attacks all examples from a start, and keeps the place of the highest loss on the way.
     *
     * @param start the start
     * @param steps the steps, at least 1; each 2.5 epsilon over their number long, but not longer
     *     than epsilon
     * @return what came of it
     * @throws IllegalArgumentException if there is no step
     */
    public Entry measure(PerturbationStart start, int steps) {
        CountingScorer counting = new CountingScorer(scorer);
        Pgd attack =
                Pgd.builder()
                        .setBall(ball)
                        .optSteps(steps)
                        .optStepSize(ball.epsilon() * Math.min(1, 2.5 / steps))
                        .optStart(start)
                        .optEarlyStop(false)
                        .optSeed(seed)
                        .build();
        long begin = System.nanoTime();
        try (AttackResult result = attack.perturb(counting, input)) {
            double seconds = (System.nanoTime() - begin) / 1e9;
            double[] losses = losses(result.adversarial());
            double mean = 0;
            for (double loss : losses) {
                mean += loss / losses.length;
            }
            double square = 0;
            for (double loss : losses) {
                square += (loss - mean) * (loss - mean) / losses.length;
            }
            return new Entry(
                    steps,
                    (double) counting.gradients() / losses.length,
                    mean,
                    Math.sqrt(square),
                    (double) result.successCount() / losses.length,
                    seconds);
        }
    }

    private double[] losses(NDArray perturbed) {
        try (NDManager scope = perturbed.getManager().newSubManager();
                CollectorConstants constants = CollectorConstants.of(scope)) {
            NDArray seen = Scoped.view(perturbed, scope);
            NDArray logits = LossInput.twoOrMore(scorer.score(seen));
            NDArray column = LossInput.column(scope.create(input.labels()), seen);
            NDArray losses =
                    StandardLoss.CROSS_ENTROPY.evaluate(
                            new LossInput(logits, column, null, null, constants));
            float[] values = HostFloats.of(losses);
            return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
        }
    }
}
