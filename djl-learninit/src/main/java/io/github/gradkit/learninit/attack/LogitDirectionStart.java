package io.github.gradkit.learninit.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.advtrain.attack.BallWalk;
import io.github.gradkit.advtrain.attack.GradientScorer;
import io.github.gradkit.advtrain.attack.InputGradient;
import io.github.gradkit.advtrain.attack.PerturbationStart;
import io.github.gradkit.advtrain.attack.StartRequest;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.internal.Draws;
import io.github.gradkit.learninit.internal.Scoped;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Starts where a few steps along a random direction of the scores have led, so that starts differ
 * in what the model says of them. Each step takes a gradient of the model for each example.
 *
 * <p>Source: Y. Tashiro, Y. Song, S. Ermon, <em>Diversity can be Transferred: Output
 * Diversification for White- and Black-box Attacks</em>, NeurIPS 2020, section 3.
 */
public final class LogitDirectionStart implements PerturbationStart {

    /** The usual number of steps. */
    public static final int STEPS_DEFAULT = 2;

    private final int steps;

    /**
     * Makes a start.
     *
     * @param steps the steps, each as long as the radius of the ball; at least 1, usually {@value
     *     #STEPS_DEFAULT}
     * @throws IllegalArgumentException if it is less than 1
     */
    public LogitDirectionStart(int steps) {
        this.steps = Checks.atLeast(steps, 1, "The number of steps");
    }

    /**
     * Returns the gradients of the model that a start takes for each example.
     *
     * @return 1 or more
     */
    public int gradients() {
        return steps;
    }

    /**
     * Walks from a place drawn uniformly.
     *
     * @param request the batch, of a model with gradients
     * @return the changes
     * @throws IllegalArgumentException if the scorer of the attack tells no gradients, or the ball
     *     has a scale
     */
    @Override
    public NDArray start(StartRequest request) {
        if (!(request.scorer() instanceof GradientScorer scorer)) {
            throw new IllegalArgumentException(
                    "This start needs gradients of the model, but the scorer has none. Use a"
                            + " GradientScorer, or start uniformly.");
        }
        StartNet.requireNoScale(request.ball());
        NDArray inputs = request.inputs();
        try (NDManager scope = inputs.getManager().newSubManager();
                BallWalk walk = BallWalk.of(request.ball(), inputs)) {
            NDArray uniform = request.uniform();
            uniform.attach(scope);
            NDArray place = walk.project(Scoped.flat(uniform));
            place.attach(scope);
            Directions directions = new Directions(request, scope);
            for (int step = 0; step < steps; step++) {
                place = step(scorer, walk, place, directions, request.ball().epsilon());
                place.attach(scope);
            }
            NDArray change = walk.inputs(place).sub(inputs);
            change.attach(inputs.getManager());
            return change;
        }
    }

    private static NDArray step(
            GradientScorer scorer,
            BallWalk walk,
            NDArray place,
            Directions directions,
            double length) {
        try (NDArray perturbed = walk.inputs(place);
                InputGradient seen =
                        scorer.gradient(
                                perturbed,
                                (logits, constants) ->
                                        logits.mul(directions.like(logits)).sum(new int[] {1}))) {
            return walk.step(place, seen.gradient(), length);
        }
    }

    /** A direction for each example, which only its index, the seed and the attempt decide. */
    private static final class Directions {

        private final StartRequest request;
        private final NDManager scope;
        private @Nullable NDArray drawn;

        private Directions(StartRequest request, NDManager scope) {
            this.request = request;
            this.scope = scope;
        }

        /** The number of scores is known as soon as there are some. */
        private NDArray like(NDArray logits) {
            if (drawn == null) {
                drawn = draw(Math.toIntExact(logits.getShape().get(1)), logits);
            }
            return drawn;
        }

        private NDArray draw(int classes, NDArray like) {
            long[] indices = request.indices();
            float[] values = new float[indices.length * classes];
            long seed = Draws.seed(request.seed(), request.attempt() + 1L);
            for (int i = 0; i < indices.length; i++) {
                SplittableRandom random = new SplittableRandom(Draws.seed(seed, indices[i] + 1));
                for (int c = 0; c < classes; c++) {
                    values[i * classes + c] = (float) random.nextDouble(-1, 1);
                }
            }
            NDArray given = scope.create(values, new Shape(indices.length, classes));
            return given.toType(like.getDataType(), true)
                    .toDevice(like.getDevice(), true)
                    .duplicate();
        }
    }
}
