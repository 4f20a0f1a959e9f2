package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.advtrain.internal.Checks;
import io.github.gradkit.advtrain.internal.Predictions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What attacks have in common: attempts, each on the examples that no attempt before broke. */
abstract class RestartedAttack implements Attack {

    private final EpsilonBall ball;
    private final int restarts;
    private final long seed;

    RestartedAttack(EpsilonBall ball, int restarts, long seed) {
        this.ball = ball;
        this.restarts = restarts;
        this.seed = seed;
    }

    RestartedAttack(Builder<?> builder) {
        this(builder.requireBall(), builder.restarts, builder.seed);
    }

    @Override
    public final EpsilonBall ball() {
        return ball;
    }

    /** Returns the number of attempts from different starts. */
    final int restarts() {
        return restarts;
    }

    /** Returns the end of a name, such as {@code x10}; empty for a single attempt. */
    final String timesRestarts() {
        return restarts > 1 ? "x" + restarts : "";
    }

    /** Returns what decides the random choices. */
    final long seed() {
        return seed;
    }

    /** Returns what is maximised. */
    abstract AttackLoss loss();

    /** Tells whether an example is done once it is broken. */
    boolean stopsEarly() {
        return true;
    }

    /** Returns how many attempts to make. */
    int attempts(AttackTask task, Predictions clean) {
        return restarts;
    }

    /**
     * Makes one attempt.
     *
     * @param task the examples that still stand; not to be closed
     * @param attempt its number, from 0
     * @param clean the scores of the inputs of the whole batch
     * @param worst receives what is found
     */
    abstract void attempt(AttackTask task, int attempt, Predictions clean, Worst worst);

    @Override
    public final AttackResult perturb(Scorer scorer, AttackInput input) {
        try (AttackTask opened = AttackTask.open(scorer, input, ball);
                AttackTask task = loss().needsCleanLogits() ? opened.withCleanLogits() : opened;
                Worst worst = new Worst(task.zero(), stopsEarly());
                NDArray zero = task.zero()) {
            Evaluation clean = task.query(zero, loss());
            worst.offer(task, zero, clean);
            if (ball.epsilon() > 0) {
                run(task, clean.predictions(), worst);
            }
            NDArray adversarial = task.region().inputs(worst.u());
            adversarial.attach(input.inputs().getManager());
            return new AttackResult(adversarial, worst.success(), worst.margins(), task.ledger());
        }
    }

    private void run(AttackTask task, Predictions clean, Worst worst) {
        int attempts = attempts(task, clean);
        for (int attempt = 0; attempt < attempts; attempt++) {
            int[] standing = stopsEarly() ? worst.standing() : task.rows();
            if (standing.length == 0) {
                return;
            }
            if (standing.length == task.size()) {
                attempt(task, attempt, clean, worst);
            } else {
                try (AttackTask rest = task.select(standing)) {
                    attempt(rest, attempt, clean, worst);
                }
            }
        }
    }

    /**
     * Collects the settings of an attack with restarts.
     *
     * @param <T> the builder itself
     */
    public abstract static class Builder<T extends Builder<T>> {

        private @Nullable EpsilonBall ball;
        private int restarts = 1;
        private long seed;

        Builder() {}

        abstract T self();

        /**
         * Sets where perturbed inputs may lie.
         *
         * @param ball the ball
         * @return this builder
         */
        public T setBall(EpsilonBall ball) {
            this.ball = Objects.requireNonNull(ball, "ball");
            return self();
        }

        /**
         * Sets the number of attempts from different starts, for each target if there are any.
         * Default: 1.
         *
         * @param restarts 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public T optRestarts(int restarts) {
            this.restarts = Checks.atLeastOne(restarts, "The number of restarts");
            return self();
        }

        /**
         * Sets what decides the random choices. Default: 0.
         *
         * @param seed any number
         * @return this builder
         */
        public T optSeed(long seed) {
            this.seed = seed;
            return self();
        }

        final EpsilonBall requireBall() {
            return AttackChecks.ball(ball);
        }
    }
}
