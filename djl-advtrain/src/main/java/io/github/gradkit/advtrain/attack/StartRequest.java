package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.random.RandomGenerator;

/** The batch an attack wants a start for. */
public final class StartRequest {

    private final AttackTask task;
    private final EpsilonBall ball;
    private final long seed;
    private final int attempt;
    private final NDArray inputs;

    StartRequest(AttackTask task, EpsilonBall ball, long seed, int attempt, NDArray inputs) {
        this.task = task;
        this.ball = ball;
        this.seed = seed;
        this.attempt = attempt;
        this.inputs = inputs;
    }

    /**
     * Returns the unperturbed inputs.
     *
     * @return {@code (batch, ...)}; closed by the attack
     */
    public NDArray inputs() {
        return inputs;
    }

    /**
     * Returns the true classes.
     *
     * @return one for each example; a copy
     */
    public int[] labels() {
        return task.classes().clone();
    }

    /**
     * Returns the numbers of the examples, such as their places in the data set.
     *
     * @return one for each example; a copy
     */
    public long[] indices() {
        return task.indices();
    }

    /**
     * Returns where perturbed inputs may lie.
     *
     * @return the ball
     */
    public EpsilonBall ball() {
        return ball;
    }

    /**
     * Returns the model.
     *
     * @return the scorer of the attack; what is asked of it here is not in the ledger
     */
    public Scorer scorer() {
        return task.scorer();
    }

    /**
     * Returns how many starts were asked for before, on the same examples by the same attack.
     *
     * @return 0 for the first, 1 for the first restart
     */
    public int attempt() {
        return attempt;
    }

    /**
     * Returns the seed of the attack.
     *
     * @return to be mixed with the index of an example and the attempt
     */
    public long seed() {
        return seed;
    }

    /**
     * Draws changes from the ball, every place being equally likely.
     *
     * @return of the shape of the inputs, on their manager; closed by the caller
     */
    public NDArray uniform() {
        return changes(task.region().box().uniform(random()));
    }

    /**
     * Draws changes at the edge of the ball.
     *
     * @return of the shape of the inputs, on their manager; closed by the caller
     */
    public NDArray surface() {
        return changes(task.region().box().onSurface(random()));
    }

    /**
     * Draws a Gaussian change for each feature.
     *
     * @param deviation the standard deviation
     * @return of the shape of the inputs, on their manager; closed by the caller
     */
    public NDArray gaussian(double deviation) {
        NDArray like = task.region().flatInputs();
        int features = Math.toIntExact(like.getShape().get(1));
        double[] values = new double[Math.toIntExact(like.size())];
        int next = 0;
        for (RandomGenerator random : random()) {
            for (int j = 0; j < features; j++) {
                values[next++] = deviation * random.nextGaussian();
            }
        }
        try (NDArray wide = task.manager().create(values, like.getShape());
                NDArray typed = wide.toType(like.getDataType(), true)) {
            // The copy leaves the Java buffer that a new array sits on.
            return changes(typed.toDevice(like.getDevice(), false).duplicate());
        }
    }

    private List<RandomGenerator> random() {
        return task.random(seed, attempt);
    }

    private NDArray changes(NDArray u) {
        try (u) {
            NDArray changes = task.region().inInputUnits(u);
            changes.attach(inputs.getManager());
            return changes;
        }
    }
}
