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
    private final @Nullable String name;

    RestartedAttack(EpsilonBall ball, int restarts, long seed, String name) {
        this.ball = ball;
        this.restarts = restarts;
        this.seed = seed;
        this.name = name;
    }

    RestartedAttack(Builder<?> builder) {
        ball = builder.requireBall();
        restarts = builder.restarts;
        seed = builder.seed;
        name = builder.name;
    }

    @Override
    public final String name() {
        return name == null ? usualName() + (restarts > 1 ? "x" + restarts : "") : name;
    }

    /** Returns the name if no other is given, without the number of attempts. */
    String usualName() {
        return getClass().getSimpleName();
    }

    @Override
    public final EpsilonBall ball() {
        return ball;
    }

    /** Returns the number of attempts from different starts. */
    final int restarts() {
        return restarts;
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

    /** An attack that looks for the highest loss looks for it everywhere. */
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
        private @Nullable String name;

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

        /**
         * Sets the name for tables and reports. Default: one that tells the kind of attack and how
         * long it goes on, such as {@code PGD-40x10}.
         *
         * @param name the name
         * @return this builder
         */
        public T optName(String name) {
            this.name = Objects.requireNonNull(name, "name");
            return self();
        }

        final EpsilonBall requireBall() {
            return AttackChecks.ball(ball);
        }
    }
}
