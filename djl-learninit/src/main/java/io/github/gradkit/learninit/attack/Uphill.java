package io.github.gradkit.learninit.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.advtrain.attack.AttackLoss;
import io.github.gradkit.advtrain.attack.BallWalk;
import io.github.gradkit.advtrain.attack.GradientScorer;
import io.github.gradkit.advtrain.attack.InputGradient;
import io.github.gradkit.advtrain.attack.LossInput;
import io.github.gradkit.learninit.internal.Scoped;
import org.jspecify.annotations.Nullable;

/** Where the loss of a model rises, at the places where a network starts. */
final class Uphill {

    private static final double TINY = 1e-30;

    private final StartNet net;
    private final GradientScorer scorer;
    private final AttackLoss loss;

    Uphill(StartNet net, GradientScorer scorer, AttackLoss loss) {
        this.net = net;
        this.scorer = scorer;
        this.loss = loss;
    }

    /**
     * Differentiates the model where the network starts. Each example counts the same, however
     * small its gradient.
     *
     * @return of the shape of the inputs, its sizes adding up to 1; null if the model is flat
     */
    @Nullable NDArray of(NDArray inputs, int[] labels, NDManager scope) {
        try (NDArray perturbed = perturbed(inputs, labels);
                NDArray column = LossInput.column(scope.create(labels), perturbed);
                InputGradient seen =
                        scorer.gradient(
                                perturbed,
                                (logits, constants) ->
                                        loss.evaluate(
                                                new LossInput(
                                                        logits, column, null, null, constants)))) {
            NDArray shares = shares(seen.gradient());
            shares.attach(scope);
            return steep(shares) ? shares : null;
        }
    }

    private NDArray perturbed(NDArray inputs, int[] labels) {
        try (BallWalk walk = BallWalk.of(net.ball(), inputs);
                NDArray change = net.propose(inputs, labels, net.ball());
                NDArray allowed = walk.project(Scoped.flat(change))) {
            NDArray perturbed = walk.inputs(allowed);
            perturbed.attach(inputs.getManager());
            return perturbed;
        }
    }

    /** Divides the gradient of each example by the sum of its sizes, and by their number. */
    private static NDArray shares(NDArray gradient) {
        return Scoped.compute(
                gradient,
                g -> {
                    NDArray flat = Scoped.flat(g);
                    NDArray sums = flat.abs().sum(new int[] {1}, true).maximum(TINY);
                    NDArray shares = flat.div(sums.mul(g.getShape().get(0)));
                    return shares.reshape(g.getShape()).toType(StartNet.TYPE, true);
                });
    }

    private static boolean steep(NDArray shares) {
        try (NDArray sizes = shares.abs();
                NDArray sum = sizes.sum()) {
            float total = sum.getFloat();
            if (!Float.isFinite(total)) {
                throw new IllegalStateException(
                        "The gradient of the model by its inputs is not finite where the network"
                                + " starts, so it can't learn from it. Check the model's weights.");
            }
            return total > 0;
        }
    }
}
