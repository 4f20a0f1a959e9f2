package io.github.gradkit.learninit.descent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.problem.Problem;
import java.util.Objects;

/**
 * Projected gradient descent on many instances at once: a step against a direction that a {@link
 * StepRule} makes of the gradients, then the projection onto the feasible set.
 *
 * <pre>{@code
 * Solver solver = Descent.builder().setStep(0.05).optSteps(200).build();
 * }</pre>
 *
 * <p>The best argument seen is kept, the start included, so a solution is never worse than its
 * start. An instance stops after the given number of steps, or earlier if a tolerance is set. The
 * cost per instance is one gradient per step and one value at the end; an instance that stops early
 * costs one gradient more than its steps and no value. Instances that have stopped stay in the
 * batch until all have, but are not counted.
 *
 * <p>Memory: about ten arrays of the size of the argument, besides what the objective takes.
 */
public final class Descent implements Solver {

    /** The default number of steps. */
    public static final int STEPS_DEFAULT = 100;

    private final double step;
    private final StepRule rule;
    private final int steps;
    private final double tolerance;
    private final boolean curve;

    private Descent(Builder builder) {
        step = builder.step;
        rule = builder.rule;
        steps = builder.steps;
        tolerance = builder.tolerance;
        curve = builder.curve;
    }

    /**
     * Starts a descent.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the name.
     *
     * @return the name of the step rule and the number of steps, such as {@code gradient-100}
     */
    @Override
    public String name() {
        return rule.name() + "-" + steps;
    }

    /**
     * Solves.
     *
     * @param problem the problem
     * @param known what is known of the instances
     * @param start where to start, {@code (instances, ...)}, feasible, float32; not changed
     * @return the best arguments seen, on the manager of the start
     * @throws IllegalArgumentException if the start has a wrong shape or type
     * @throws IllegalStateException if a value of the objective is not a number, or it can't be
     *     differentiated
     */
    @Override
    public Solution solve(Problem<?> problem, NDList known, NDArray start) {
        try (NDManager manager = start.getManager().newSubManager();
                Objective objective = Objective.open(problem, known)) {
            manager.setName("descent");
            return new DescentRun(this, problem, objective, known, manager).run(start);
        }
    }

    double step() {
        return step;
    }

    StepRule rule() {
        return rule;
    }

    int steps() {
        return steps;
    }

    double tolerance() {
        return tolerance;
    }

    boolean wantsCurve() {
        return curve;
    }

    /** Collects the settings of a descent. */
    public static final class Builder {

        private double step;
        private StepRule rule = StepRule.gradient();
        private int steps = STEPS_DEFAULT;
        private double tolerance;
        private boolean curve;

        private Builder() {}

        /**
         * Sets the length of steps: what directions are multiplied by.
         *
         * @param step positive
         * @return this builder
         * @throws IllegalArgumentException if it is not positive and finite
         */
        public Builder setStep(double step) {
            this.step = Checks.positive(step, "The step");
            return this;
        }

        /**
         * Sets how gradients become directions. Default: {@link StepRule#gradient()}.
         *
         * @param rule the rule
         * @return this builder
         */
        public Builder optRule(StepRule rule) {
            this.rule = Objects.requireNonNull(rule, "rule");
            return this;
        }

        /**
         * Sets the number of steps. Default: {@value #STEPS_DEFAULT}.
         *
         * @param steps 0 or more; with 0 the start is only evaluated
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder optSteps(int steps) {
            this.steps = Checks.atLeast(steps, 0, "The number of steps");
            return this;
        }

        /**
         * Sets when an instance stops early: when a plain gradient step, projected, moves its
         * argument by no more than the tolerance times the step, in the l2 norm. In a free set that
         * is the norm of the gradient. Default: 0, never.
         *
         * @param tolerance in units of the gradient, 0 or more; below about 1e-7 times the size of
         *     arguments divided by the step, rounding hides it
         * @return this builder
         * @throws IllegalArgumentException if it is negative or not finite
         */
        public Builder optTolerance(double tolerance) {
            this.tolerance = Checks.notNegative(tolerance, "The tolerance");
            return this;
        }

        /**
         * Sets whether the solution has the curve of the best values. Default: false.
         *
         * @param curve true to keep it, one number for each instance and step
         * @return this builder
         */
        public Builder optCurve(boolean curve) {
            this.curve = curve;
            return this;
        }

        /**
         * Makes the descent.
         *
         * @return the descent
         * @throws IllegalStateException if no step is set
         */
        public Descent build() {
            if (step == 0) {
                throw new IllegalStateException(
                        "The step is not set, and no default suits every objective. Call setStep.");
            }
            return new Descent(this);
        }
    }
}
