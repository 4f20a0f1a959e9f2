package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.advtrain.internal.Checks;
import io.github.gradkit.advtrain.internal.Predictions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Projected gradient descent without a step size to choose: it starts with long steps, and an
 * example whose loss stops growing goes back to its best point and takes shorter ones.
 *
 * <pre>{@code
 * Attack attack = Apgd.builder().setBall(EpsilonBall.linf(0.3).within(0, 1)).build();
 * }</pre>
 *
 * <p>In the linf and l2 norm steps of 2 epsilon with momentum are halved at checkpoints, if no more
 * than 3/4 of the steps since the last one climbed, or if steps were not halved there and the best
 * loss has not grown since. In the l1 norm a step changes a few features only, and a run goes
 * through balls of 3, 2 and 1 epsilon. Step sizes belong to an example, not to a batch.
 *
 * <p>The cost per example that stands to the end is one forward and backward pass per step, and one
 * more forward pass (three in the l1 norm), for each restart and target. Memory: about fifteen
 * arrays of the size of the inputs.
 *
 * <p>Sources: F. Croce, M. Hein, <em>Reliable evaluation of adversarial robustness with an ensemble
 * of diverse parameter-free attacks</em>, ICML 2020, algorithm 1; F. Croce, M. Hein, <em>Mind the
 * box: l1-APGD for sparse adversarial attacks on image classifiers</em>, ICML 2021.
 */
public final class Apgd extends RestartedAttack {

    /** The default number of steps. */
    public static final int STEPS_DEFAULT = 100;

    private final AttackLoss loss;
    private final int steps;
    private final int targets;
    private final boolean earlyStop;

    private Apgd(Builder builder, AttackLoss loss) {
        super(builder);
        this.loss = loss;
        steps = builder.steps;
        targets = builder.targets;
        earlyStop = builder.earlyStop;
    }

    /**
     * Starts an attack.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    String usualName() {
        return "APGD-" + (targets > 0 ? "T" : loss.title());
    }

    /** Losses towards different classes don't compare; margins do. */
    @Override
    AttackLoss loss() {
        return targets > 0 ? StandardLoss.MARGIN : loss;
    }

    @Override
    boolean stopsEarly() {
        return earlyStop;
    }

    @Override
    int attempts(AttackTask task, Predictions clean) {
        return restarts() * (guides(task) ? Math.min(targets, clean.classes() - 1) : 1);
    }

    /** An attack that has a target already needs none from here. */
    private boolean guides(AttackTask task) {
        return targets > 0 && task.targets() == null;
    }

    @Override
    void attempt(AttackTask task, int attempt, Predictions clean, Worst worst) {
        if (!guides(task)) {
            run(task, attempt, worst);
            return;
        }
        try (AttackTask guided = task.withGuides(task.rivals(clean, attempt / restarts()))) {
            run(guided, attempt, worst);
        }
    }

    private void run(AttackTask task, int attempt, Worst worst) {
        NDArray from = null;
        for (Phase phase : Phase.of(ball().norm(), steps)) {
            boolean counts = phase.radius() == 1;
            try (AttackTask within = task.withEpsilon(phase.radius() * ball().epsilon());
                    ApgdRun run =
                            new ApgdRun(
                                    within,
                                    start(within, attempt, from),
                                    from == null,
                                    loss,
                                    counts ? watcher(worst) : ApgdRun.NOBODY_IS_DONE)) {
                run.climb(phase.steps());
                if (!counts) {
                    from = run.best().duplicate();
                    from.attach(task.manager());
                }
            }
        }
    }

    private NDArray start(AttackTask task, int attempt, @Nullable NDArray from) {
        BallBox box = task.region().box();
        NDArray start =
                from == null ? box.onSurface(task.random(seed(), attempt)) : box.project(from);
        start.attach(task.manager());
        return start;
    }

    private ApgdRun.Watcher watcher(Worst worst) {
        return (task, u, evaluation) -> {
            worst.offer(task, u, evaluation, heights(task, evaluation));
            return earlyStop ? evaluation.success() : new boolean[task.size()];
        };
    }

    /** Returns the loss of {@link #loss()}. */
    private double[] heights(AttackTask task, Evaluation evaluation) {
        if (targets == 0) {
            return evaluation.losses();
        }
        double[] heights = new double[task.size()];
        for (int i = 0; i < heights.length; i++) {
            heights[i] = task.lead(i, evaluation.predictions(), i);
        }
        return heights;
    }

    /** One part of an attempt: so many steps in a ball of so many epsilon. */
    private record Phase(int radius, int steps) {

        private static final int WIDE_PERCENT = 30;

        /** In the l1 norm an attempt comes in from far out; what it finds there does not count. */
        static List<Phase> of(Norm norm, int steps) {
            int wide = norm == Norm.L1 ? Math.toIntExact((long) WIDE_PERCENT * steps / 100) : 0;
            Phase last = new Phase(1, steps - 2 * wide);
            return wide == 0
                    ? List.of(last)
                    : List.of(new Phase(3, wide), new Phase(2, wide), last);
        }
    }

    /** Collects the settings of an attack. */
    public static final class Builder extends RestartedAttack.Builder<Builder> {

        private @Nullable AttackLoss loss;
        private int steps = STEPS_DEFAULT;
        private int targets;
        private boolean earlyStop = true;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets what is maximised. Default: cross-entropy, or {@link StandardLoss#DLR} with {@link
         * #optTargets}.
         *
         * @param loss the loss
         * @return this builder
         */
        public Builder optLoss(AttackLoss loss) {
            this.loss = Objects.requireNonNull(loss, "loss");
            return this;
        }

        /**
         * Sets the number of steps of an attempt. Default: {@value #STEPS_DEFAULT}.
         *
         * @param steps 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optSteps(int steps) {
            this.steps = Checks.atLeastOne(steps, "The number of steps");
            return this;
        }

        /**
         * Makes attempts towards the most likely wrong classes, one after the other, instead of
         * just away from the label. An example is broken by any wrong class. Inputs that have a
         * target of their own are moved towards that only.
         *
         * @param targets how many classes; on a model with fewer wrong classes, all of them
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optTargets(int targets) {
            this.targets = Checks.atLeastOne(targets, "The number of targets");
            return this;
        }

        /**
         * Sets whether the attack is done with an example once it is broken. Default: true. If
         * false, the perturbation with the highest loss is kept, whether it breaks the example or
         * not, of examples that are misclassified as they are too; with {@link #optTargets} the one
         * with the smallest margin. The result tells of that perturbation alone, so leave it on to
         * measure robustness.
         *
         * @param earlyStop false to look for the highest loss
         * @return this builder
         */
        public Builder optEarlyStop(boolean earlyStop) {
            this.earlyStop = earlyStop;
            return this;
        }

        /**
         * Makes the attack.
         *
         * @return the attack
         * @throws IllegalStateException if no ball is set, or if there are targets and the loss is
         *     one that looks at none
         */
        public Apgd build() {
            AttackLoss ascended =
                    loss != null
                            ? loss
                            : targets > 0 ? StandardLoss.DLR : StandardLoss.CROSS_ENTROPY;
            if (targets > 0 && ascended.needsCleanLogits()) {
                throw new IllegalStateException(
                        "The loss "
                                + ascended.title()
                                + " measures how far scores move, not where to, so "
                                + targets
                                + " targets would be the same attack over and over. Leave out"
                                + " optTargets or optLoss.");
            }
            return new Apgd(this, ascended);
        }
    }
}
