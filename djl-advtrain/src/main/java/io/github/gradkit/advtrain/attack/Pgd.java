package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.advtrain.internal.Checks;
import io.github.gradkit.advtrain.internal.Predictions;
import java.util.Objects;

/**
 * Projected gradient descent (ascent, on the loss): steps along the direction of steepest ascent of
 * the norm, each followed by the Euclidean projection onto the ball and the bounds.
 *
 * <pre>{@code
 * Attack pgd = Pgd.builder().setBall(EpsilonBall.linf(0.3).within(0, 1)).optSteps(40).build();
 * }</pre>
 *
 * <p>In the l1 norm, see {@link Builder#optTopShare}.
 *
 * <p>{@link #perturb} keeps the worst iterate, lets an example go as soon as it is broken, and
 * restarts only on those that still stand. Its cost per example that stands to the end is one
 * forward and backward pass per step and restart, and one more forward pass per restart. {@link
 * #adversarial} is the inner step of adversarial training: all steps, the last iterate, no look at
 * what became of it.
 *
 * <p>Memory: about ten arrays of the size of the inputs.
 *
 * <p>Source: A. Madry et al., <em>Towards Deep Learning Models Resistant to Adversarial
 * Attacks</em>, ICLR 2018, section 2.1.
 */
public final class Pgd extends RestartedAttack {

    /** The default number of steps. */
    public static final int STEPS_DEFAULT = 40;

    /** The default share of the features that a training step in the l1 norm moves. */
    public static final double TRAINING_SHARE_DEFAULT = 0.05;

    private static final double REACH = 2.5;

    private final int steps;
    private final double stepSize;
    private final double topShare;
    private final PerturbationStart start;
    private final AttackLoss loss;
    private final boolean earlyStop;

    private Pgd(Builder builder) {
        super(builder);
        steps = builder.steps;
        stepSize =
                Double.isNaN(builder.stepSize)
                        ? REACH * ball().epsilon() / steps
                        : builder.stepSize;
        topShare = builder.topShare;
        start = builder.start;
        loss = builder.loss;
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
        return "PGD-" + steps;
    }

    @Override
    AttackLoss loss() {
        return loss;
    }

    @Override
    boolean stopsEarly() {
        return earlyStop;
    }

    @Override
    void attempt(AttackTask task, int attempt, Predictions clean, Worst worst) {
        try (ActiveSet active = new ActiveSet(task);
                NDArray inputs = unperturbed(task)) {
            StartRequest request = new StartRequest(task, ball(), seed(), attempt, inputs);
            active.set("u", start(task, request));
            for (int step = 0; step <= steps; step++) {
                boolean[] broken = step(active, step == steps, worst);
                if (earlyStop && active.retain(broken).length == 0) {
                    return;
                }
            }
        }
    }

    /** Looks at the current iterate and, unless it is the last, goes on to the next. */
    private boolean[] step(ActiveSet active, boolean last, Worst worst) {
        AttackTask task = active.task();
        NDArray u = active.get("u");
        try (Evaluation evaluation = last ? task.query(u, loss) : task.gradient(u, loss)) {
            worst.offer(task, u, evaluation);
            if (!last) {
                active.set("u", climb(task, u, evaluation, shareOr(0)));
            }
            return evaluation.success();
        }
    }

    @Override
    public NDArray adversarial(Scorer scorer, AttackInput input) {
        if (ball().epsilon() == 0) {
            return input.inputs().duplicate();
        }
        try (AttackTask opened = AttackTask.open(scorer, input, ball());
                AttackTask task = loss.needsCleanLogits() ? opened.withCleanLogits() : opened;
                ActiveSet active = new ActiveSet(task);
                NDArray inputs = unperturbed(task)) {
            StartRequest request = new StartRequest(task, ball(), seed(), 0, inputs);
            active.set("u", start(task, request));
            for (int step = 0; step < steps; step++) {
                NDArray u = active.get("u");
                try (Evaluation evaluation = task.gradient(u, loss)) {
                    active.set("u", climb(task, u, evaluation, shareOr(TRAINING_SHARE_DEFAULT)));
                }
            }
            try (NDArray change = task.region().inInputUnits(active.get("u"))) {
                start.finished(request, change);
            }
            NDArray adversarial = task.region().inputs(active.get("u"));
            adversarial.attach(input.inputs().getManager());
            return adversarial;
        }
    }

    private double shareOr(double unset) {
        return Double.isNaN(topShare) ? unset : topShare;
    }

    /** Moves along one feature in the l1 norm, unless more are asked for. */
    private NDArray climb(AttackTask task, NDArray u, Evaluation evaluation, double share) {
        int top = TopStep.count(share, task.region().flatInputs());
        return task.region().box().climb(u, evaluation.requireGradient(), stepSize, top);
    }

    private static NDArray unperturbed(AttackTask task) {
        try (NDArray zero = task.zero()) {
            return task.region().inputs(zero);
        }
    }

    private NDArray start(AttackTask task, StartRequest request) {
        try (NDArray change = start.start(request);
                NDArray u = task.region().fromInputUnits(change, task.manager())) {
            return task.region().box().project(u);
        }
    }

    /** Collects the settings of an attack. */
    public static final class Builder extends RestartedAttack.Builder<Builder> {

        private int steps = STEPS_DEFAULT;
        private double stepSize = Double.NaN;
        private double topShare = Double.NaN;
        private PerturbationStart start = PerturbationStart.uniform();
        private AttackLoss loss = StandardLoss.CROSS_ENTROPY;
        private boolean earlyStop = true;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the number of steps. Default: {@value #STEPS_DEFAULT}.
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
         * Sets the length of a step. Default: 2.5 epsilon over the number of steps, so that the far
         * side of the ball is in reach.
         *
         * @param stepSize in the norm and unit of epsilon; positive
         * @return this builder
         * @throws IllegalArgumentException if it is not positive and finite
         */
        public Builder optStepSize(double stepSize) {
            this.stepSize = Checks.positive(stepSize, "The step size");
            return this;
        }

        /**
         * Sets along how many features a step in the l1 norm goes: those with the largest gradients
         * among those that can still move, which share the length of the step evenly (sparse l1
         * descent). Without effect in other norms.
         *
         * <p>Default: {@link #perturb} goes along one feature, which is the direction of steepest
         * ascent, and {@link #adversarial} along a share of {@value Pgd#TRAINING_SHARE_DEFAULT}. In
         * the few steps of a training, one feature a step would change no more features than there
         * are steps, and a model trained on that is not robust against attacks that change more.
         *
         * <p>Source: F. Tramer, D. Boneh, <em>Adversarial Training and Robustness for Multiple
         * Perturbations</em>, NeurIPS 2019, sparse l1 descent. The default is ours.
         *
         * @param share of all features, from 0 to 1; at least one feature moves
         * @return this builder
         * @throws IllegalArgumentException if it is not in this range
         */
        public Builder optTopShare(double share) {
            topShare = TopStep.requireShare(share);
            return this;
        }

        /**
         * Sets where attempts start. Default: uniformly in the ball.
         *
         * @param start the start
         * @return this builder
         */
        public Builder optStart(PerturbationStart start) {
            this.start = Objects.requireNonNull(start, "start");
            return this;
        }

        /**
         * Sets what is maximised. Default: cross-entropy.
         *
         * @param loss the loss
         * @return this builder
         */
        public Builder optLoss(AttackLoss loss) {
            this.loss = Objects.requireNonNull(loss, "loss");
            return this;
        }

        /**
         * Sets whether {@link #perturb} is done with an example once it is broken. Default: true.
         * If false, the iterate with the highest loss is kept, whether it breaks the example or
         * not, of examples that are misclassified as they are too. The result tells of that iterate
         * alone: an example may count as standing that was broken at another. So leave it on to
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
         * @throws IllegalStateException if no ball is set
         */
        public Pgd build() {
            return new Pgd(this);
        }
    }
}
