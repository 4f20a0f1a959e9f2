package io.github.gradkit.learninit.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.advtrain.attack.BallWalk;
import io.github.gradkit.advtrain.attack.GradientScorer;
import io.github.gradkit.advtrain.attack.InputGradient;
import io.github.gradkit.advtrain.attack.PerturbationStart;
import io.github.gradkit.advtrain.attack.StartRequest;
import java.util.SplittableRandom;

/**
 * Starts where a few steps along a random direction of the scores have led, so that starts differ
 * in what the model says of them. Each step takes a gradient of the model for each example.
 *
 * <p>Source: Y. Tashiro, Y. Song, S. Ermon, <em>Diversity can be Transferred: Output
 * Diversification for White- and Black-box Attacks</em>, NeurIPS 2020, section 3.
 */
public final class LogitDirectionStart implements PerturbationStart {

    private final int steps;

    /**
     * Makes a start.
     *
     * @param steps the steps, each as long as the radius of the ball; at least 1, usually 2
     * @throws IllegalArgumentException if it is less than 1
     */
    public LogitDirectionStart(int steps) {
        if (steps < 1) {
            throw new IllegalArgumentException(
                    "There must be 1 step or more, but there are " + steps + ". Usual are 2.");
        }
        this.steps = steps;
    }

    /**
     * Returns the gradients of the model that a start takes for each example.
     *
     * @return 1 or more
     */
    public int gradients() {
        return steps;
    }

    @Override
    public NDArray start(StartRequest request) {
        if (!(request.scorer() instanceof GradientScorer scorer)) {
            throw new IllegalArgumentException(
                    "This start needs gradients of the model, but the scorer has none. Use a"
                            + " GradientScorer, or start uniformly.");
        }
        NDArray inputs = request.inputs();
        try (NDManager scope = inputs.getManager().newSubManager();
                BallWalk walk = BallWalk.of(request.ball(), inputs)) {
            NDArray uniform = request.uniform();
            uniform.attach(scope);
            NDArray place = walk.project(uniform.reshape(inputs.getShape().get(0), -1));
            place.attach(scope);
            NDArray directions = null;
            for (int step = 0; step < steps; step++) {
                try (NDArray perturbed = walk.inputs(place)) {
                    if (directions == null) {
                        directions = directions(request, scorer, perturbed, scope);
                    }
                    place = step(scorer, walk, perturbed, place, directions, request);
                    place.attach(scope);
                }
            }
            NDArray change = walk.inputs(place).sub(inputs);
            change.attach(inputs.getManager());
            return change;
        }
    }

    private static NDArray step(
            GradientScorer scorer,
            BallWalk walk,
            NDArray perturbed,
            NDArray place,
            NDArray directions,
            StartRequest request) {
        try (InputGradient seen =
                scorer.gradient(
                        perturbed,
                        (logits, constants) -> logits.mul(directions).sum(new int[] {1}))) {
            return walk.step(place, seen.gradient(), request.ball().epsilon());
        }
    }

    /**
     * Draws a direction for each example, which only its index, the seed and the attempt decide.
     */
    private static NDArray directions(
            StartRequest request, GradientScorer scorer, NDArray inputs, NDManager scope) {
        int classes;
        DataType type;
        try (NDArray scores = scorer.score(inputs)) {
            classes = Math.toIntExact(Math.max(2, scores.size() / scores.getShape().get(0)));
            type = scores.getDataType();
        }
        long[] indices = request.indices();
        float[] values = new float[indices.length * classes];
        for (int i = 0; i < indices.length; i++) {
            SplittableRandom random =
                    new SplittableRandom(
                            31 * (31 * request.seed() + indices[i]) + request.attempt());
            for (int c = 0; c < classes; c++) {
                values[i * classes + c] = (float) random.nextDouble(-1, 1);
            }
        }
        NDArray given = scope.create(values, new Shape(indices.length, classes));
        return given.toDevice(inputs.getDevice(), false).toType(type, true).duplicate();
    }
}
