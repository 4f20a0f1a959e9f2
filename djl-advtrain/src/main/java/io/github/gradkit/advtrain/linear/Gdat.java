package io.github.gradkit.advtrain.linear;

import java.util.Arrays;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Gradient descent based adversarial training of a linear model: each step perturbs all examples in
 * the worst way, then follows the gradient of their mean loss.
 *
 * <p>It starts at 0, where no direction is worst, so the first step is one without perturbations:
 *
 * <pre>{@code
 * theta <- theta + (eta / n) sum_i w(m_i) (z_i - c g(theta)),   m_i = z_i . theta - c ||theta||_p
 * }</pre>
 *
 * <p>with w minus the derivative of the loss and g as in {@link LqNorm#steepest}. On separable data
 * the weights grow without end, and their direction approaches that of the {@link MixedMargin}.
 */
public final class Gdat {

    private final SignedData data;
    private final LqBall ball;
    private final LinearLoss loss;
    private final double stepSize;
    private final long steps;
    private final TreeSet<Long> recorded;
    private final @Nullable MixedMargin target;

    private Gdat(Builder builder) {
        data = Checks.set(builder.data, "GDAT needs examples to train on. Call setData.");
        ball =
                Checks.set(
                        builder.ball,
                        "GDAT needs to know the perturbations. Call setBall, with LqBall.none() for"
                                + " training without.");
        steps = Checks.set(builder.steps, "GDAT needs a number of steps. Call setSteps.");
        loss = builder.loss;
        stepSize = builder.stepSize;
        target = builder.target;
        recorded = new TreeSet<>(builder.recorded);
        checkRecorded();
        checkTarget();
    }

    private void checkRecorded() {
        if (!recorded.isEmpty() && (recorded.first() < 1 || recorded.last() > steps)) {
            throw new IllegalArgumentException(
                    String.format(
                            "The steps to record must lie between 1 and the number of steps %d, but"
                                    + " are %s: others would be missing from the trace.",
                            steps, recorded));
        }
    }

    private void checkTarget() {
        if (target != null && !target.ball().equals(ball)) {
            throw new IllegalArgumentException(
                    "The target is the margin under "
                            + target.ball()
                            + ", but the training is under "
                            + ball
                            + ", which leads elsewhere. Solve for the same ball.");
        }
    }

    /**
     * Starts a run.
     *
     * @return an empty builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Trains from zero weights.
     *
     * @return what happened
     * @throws ArithmeticException if the weights are no finite numbers any more
     */
    public GdatTrace run() {
        GdatRecorder recorder =
                new GdatRecorder(
                        data,
                        loss,
                        target == null ? null : Certificate.of(data, target),
                        target == null ? Double.NaN : target.upper());
        double[] theta = new double[data.dimension()];
        double[] margins = new double[data.size()];
        for (long step = 1; step <= steps; step++) {
            theta = next(theta, margins);
            checkFinite(theta, step);
            margins = ball.margins(data, theta);
            recorder.observe(step, theta, margins, step == steps || recorded.contains(step));
        }
        return recorder.trace();
    }

    private double[] next(double[] theta, double[] margins) {
        double[] weights = new double[margins.length];
        Arrays.setAll(weights, i -> loss.weight(margins[i]));
        double[] pull = data.weightedSum(weights);
        double push = ball.radius() * Arrays.stream(weights).sum();
        double[] g = push == 0 ? theta : ball.norm().steepest(theta);
        double[] next = theta.clone();
        for (int j = 0; j < next.length; j++) {
            next[j] += stepSize / data.size() * (pull[j] - push * g[j]);
        }
        return next;
    }

    private void checkFinite(double[] theta, long step) {
        if (!Double.isFinite(Vectors.norm2(theta))) {
            throw new ArithmeticException(
                    String.format(
                            "After step %d the weights are not finite: the loss exploded. Use a"
                                    + " step size below %s, scale the examples with scaleToUnit, or"
                                    + " take the logistic loss.",
                            step, stepSize));
        }
    }

    /** Collects the settings of a run. */
    public static final class Builder {

        private @Nullable SignedData data;
        private @Nullable LqBall ball;
        private @Nullable Long steps;
        private @Nullable MixedMargin target;
        private LinearLoss loss = LinearLoss.EXPONENTIAL;
        private double stepSize = 1;
        private final TreeSet<Long> recorded = new TreeSet<>();

        private Builder() {}

        /**
         * Sets the examples.
         *
         * @param data the examples; the longest should have norm 1
         * @return this builder
         */
        public Builder setData(SignedData data) {
            this.data = data;
            return this;
        }

        /**
         * Sets the perturbations.
         *
         * @param ball the ball to choose from; {@link LqBall#none()} for training without
         * @return this builder
         */
        public Builder setBall(LqBall ball) {
            this.ball = ball;
            return this;
        }

        /**
         * Sets the length of the run.
         *
         * @param steps the number of steps, at least 1
         * @return this builder
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder setSteps(long steps) {
            if (steps < 1) {
                throw new IllegalArgumentException(
                        "A run must have at least 1 step, but has "
                                + steps
                                + ": it starts at 0, which has no direction.");
            }
            this.steps = steps;
            return this;
        }

        /**
         * Sets the loss.
         *
         * @param loss the loss. Default: exponential
         * @return this builder
         */
        public Builder optLoss(LinearLoss loss) {
            this.loss = loss;
            return this;
        }

        /**
         * Sets the step size.
         *
         * @param stepSize eta, positive and finite. Default: 1
         * @return this builder
         * @throws IllegalArgumentException if it is not positive and finite
         */
        public Builder optStepSize(double stepSize) {
            if (!(stepSize > 0) || stepSize == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException(
                        "The step size must be a positive finite number, but is "
                                + stepSize
                                + ". Use 1 or less if the longest example has norm 1.");
            }
            this.stepSize = stepSize;
            return this;
        }

        /**
         * Sets the margin that the run is to be compared with: each iterate is checked against its
         * {@link Certificate}, and the recorded ones tell how far they are.
         *
         * @param target the largest margin of the same examples under the same perturbations
         * @return this builder
         */
        public Builder optTarget(MixedMargin target) {
            this.target = target;
            return this;
        }

        /**
         * Records iterates beside the last one, which is always recorded.
         *
         * @param steps after which steps, from 1 to the length of the run
         * @return this builder
         */
        public Builder addRecordedSteps(long... steps) {
            Arrays.stream(steps).forEach(recorded::add);
            return this;
        }

        /**
         * Makes the run.
         *
         * @return the run
         * @throws IllegalStateException if the examples, the perturbations or the length are
         *     missing
         * @throws IllegalArgumentException if a step to record is not in the run, or the target is
         *     a margin under other perturbations
         */
        public Gdat build() {
            return new Gdat(this);
        }
    }
}
