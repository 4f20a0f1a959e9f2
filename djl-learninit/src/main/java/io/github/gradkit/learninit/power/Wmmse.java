package io.github.gradkit.learninit.power;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * WMMSE, the usual solver for {@link PowerAllocation}: it minimises a weighted mean squared error
 * over receivers, weights of errors and senders in turn, and each turn raises the sum of rates or
 * leaves it.
 *
 * <p>A sender that is off stays off for ever, whether that is good or not. So powers below a floor,
 * {@value #DEFAULT_FLOOR} of the maximum power by default, start at the floor. If nothing better
 * than the start as given is found, the start is returned.
 *
 * <p>It works in plain Java in double precision, instance by instance. An iteration counts as one
 * gradient of an instance, whose cost it has: time of the order of users x users. Memory is of the
 * order of instances x users x users. Immutable.
 *
 * <p>Source: Shi, Razaviyayn, Luo and He, "An Iteratively Weighted MMSE Approach to Distributed
 * Sum- Utility Maximization for a MIMO Interfering Broadcast Channel", IEEE Transactions on Signal
 * Processing 59 (2011), for one antenna and real amplitudes. The floor is our own.
 */
public final class Wmmse implements Solver {

    /** The most iterations unless a number is given. */
    public static final int DEFAULT_STEPS = 100;

    /** The floor of the start unless one is given, as a share of the maximum power. */
    public static final double DEFAULT_FLOOR = 1e-4;

    private final int steps;
    private final double tolerance;
    private final double floor;
    private final boolean curve;

    private Wmmse(Builder builder) {
        steps = builder.steps;
        tolerance = builder.tolerance;
        floor = builder.floor;
        curve = builder.curve;
    }

    /**
     * Starts a solver.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return "WMMSE";
    }

    /**
     * Solves.
     *
     * @param problem a {@link PowerAllocation}
     * @param known the gains and the weights
     * @param start the powers {@code (instances, users)}, from 0 to the maximum power; not changed
     * @return what was reached
     * @throws IllegalArgumentException if the problem is another, or the start has another shape or
     *     is not feasible
     */
    @Override
    public Solution solve(Problem<?> problem, NDList known, NDArray start) {
        long begin = System.nanoTime();
        PowerAllocation allocation = Link.require(problem, name());
        double[][] powers = StartPowers.of(allocation, known, start);
        float[] gains = known.get(0).toFloatArray();
        float[] weights = known.get(1).toFloatArray();
        List<WmmseRun> runs = new ArrayList<>(powers.length);
        for (int i = 0; i < powers.length; i++) {
            WmmseRun run = new WmmseRun(new Link(allocation, gains, weights, i), powers[i]);
            run.solve(steps, tolerance, floor);
            runs.add(run);
        }
        return solution(runs, start, begin);
    }

    private Solution solution(List<WmmseRun> runs, NDArray start, long begin) {
        float[] best = new float[(int) start.size()];
        List<Double> values = new ArrayList<>();
        List<Integer> made = new ArrayList<>();
        long iterations = 0;
        for (int i = 0; i < runs.size(); i++) {
            WmmseRun run = runs.get(i);
            run.copyBest(best, i);
            values.add(run.value());
            made.add(run.steps());
            iterations += run.steps();
        }
        NDArray argument = start.getManager().create(best, new Shape(start.getShape().getShape()));
        // Each run also computes the value of its start and of its end.
        Cost cost = new Cost(2L * runs.size(), iterations, 0, System.nanoTime() - begin);
        return new Solution(argument, values, made, curve ? WmmseRun.curve(runs) : List.of(), cost);
    }

    /** Builds a {@link Wmmse}. */
    public static final class Builder {

        private int steps = DEFAULT_STEPS;
        private double tolerance;
        private double floor = DEFAULT_FLOOR;
        private boolean curve;

        private Builder() {}

        /**
         * Sets the most iterations.
         *
         * @param steps 1 or more; 100 by default
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optSteps(int steps) {
            this.steps = Checks.atLeast(steps, 1, "The number of steps");
            return this;
        }

        /**
         * Sets when to stop early.
         *
         * @param tolerance an instance stops after an iteration that gains no more than this many
         *     bits; 0, the default, stops only when nothing is gained, a negative one never
         * @return this builder
         * @throws IllegalArgumentException if it is not a number
         */
        public Builder optTolerance(double tolerance) {
            if (Double.isNaN(tolerance)) {
                throw new IllegalArgumentException("The tolerance must be a number, but was NaN.");
            }
            this.tolerance = tolerance;
            return this;
        }

        /**
         * Sets the least power to start from.
         *
         * @param floor a share of the maximum power, from 0 to 1; {@value Wmmse#DEFAULT_FLOOR} by
         *     default. With 0, senders that are off stay off
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder optFloor(double floor) {
            if (!(floor >= 0 && floor <= 1)) {
                throw new IllegalArgumentException(
                        "The floor is a share of the maximum power, from 0 to 1, but was "
                                + floor
                                + ".");
            }
            this.floor = floor;
            return this;
        }

        /**
         * Sets whether to keep the values after every step.
         *
         * @param curve whether to; false by default
         * @return this builder
         */
        public Builder optCurve(boolean curve) {
            this.curve = curve;
            return this;
        }

        /**
         * Builds the solver.
         *
         * @return the solver
         */
        public Wmmse build() {
            return new Wmmse(this);
        }
    }
}
