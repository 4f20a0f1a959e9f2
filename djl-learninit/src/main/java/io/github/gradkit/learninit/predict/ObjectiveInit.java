package io.github.gradkit.learninit.predict;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.training.optimizer.Optimizer;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.learninit.start.StartRule;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A start that a network predicts, trained on the objective itself: its loss is the value of the
 * problem at what it predicts. No solved instances are needed, and as no solutions are averaged,
 * several equally good ones do no harm.
 *
 * <pre>{@code
 * try (ObjectiveInit start =
 *         ObjectiveInit.<Channel>builder()
 *                 .setProblem(problem)
 *                 .setBlock(InterferenceNet.builder().setProblem(problem).build())
 *                 .setInstances(generator::next)
 *                 .fit()) {
 *     StartRule.Proposal proposal = start.propose(problem, known, 0);
 * }
 * }</pre>
 *
 * <p>The block maps what is known to an argument {@code (instances, ...)}, or to several, {@code
 * (instances, heads, ...)}. With several heads an instance trains the best of them only, so that
 * they become different, and the best of them is proposed, at the cost of one value for each.
 *
 * <p>It needs an objective that can be differentiated by the argument, and a block that gives
 * feasible arguments; what it proposes is projected all the same, before heads are compared. Not
 * for objectives that need descent to tell good starts from bad ones: use {@code ValueInit} or
 * {@code ArgInit} there. Not safe for use by several threads.
 *
 * <p>An objective must keep to {@link io.github.gradkit.support.gradient.CollectorConstants}, as
 * {@link Problem#value} says. Solvers repeat a gradient if a garbage collection could have spoilt
 * Java numbers in it; training does not, as a block may draw random numbers or count running
 * statistics.
 *
 * <p>Source: to predict the argument is from Ahuja, Dhurandhar and Varshney, "Learning to
 * Initialize Gradient Descent Using Gradient Descent" (2020), arXiv 2012.12141. To train it on the
 * objective and the heads are our own choice; the authors predict solutions.
 */
public final class ObjectiveInit implements StartRule, AutoCloseable {

    /** The training steps unless given. */
    public static final int DEFAULT_STEPS = 1000;

    /** The instances in a training step unless given. */
    public static final int DEFAULT_BATCH = 64;

    /** The rate of the default optimizer at the first step; it falls to a fiftieth of that. */
    public static final double DEFAULT_RATE = 3e-3;

    private final Model model;
    private final List<Double> curve;
    private final Cost trainingCost;

    ObjectiveInit(Model model, List<Double> curve, Cost trainingCost) {
        this.model = model;
        this.curve = List.copyOf(curve);
        this.trainingCost = trainingCost;
    }

    /**
     * Starts a predictor.
     *
     * @param <X> one instance of the problem
     * @return the builder
     */
    public static <X> Builder<X> builder() {
        return new Builder<>();
    }

    @Override
    public String name() {
        return "objective-init";
    }

    /**
     * Returns the mean value at what was predicted in each training step.
     *
     * @return one value for each step
     */
    public List<Double> trainingCurve() {
        return curve;
    }

    /**
     * Returns what the training has cost.
     *
     * @return the gradients of the objective, one for each head of each instance of each step, and
     *     the time
     */
    public Cost trainingCost() {
        return trainingCost;
    }

    /**
     * Predicts starts.
     *
     * @param problem the problem it was trained on
     * @param known what is known of the instances
     * @param seed not used: nothing is drawn
     * @return the starts
     * @throws IllegalStateException if the block has several heads and the objective is not a
     *     number at one of them
     */
    @Override
    public Proposal propose(Problem<?> problem, NDList known, long seed) {
        long begin = System.nanoTime();
        NDManager target = known.head().getManager();
        try (NDManager scope = target.newSubManager()) {
            NDList views = Scoped.views(known, scope);
            ParameterStore store = new ParameterStore(scope, false);
            NDArray output = model.getBlock().forward(store, views, false).head();
            HeadedOutput heads = HeadedOutput.of(problem, output);
            HeadedOutput.Best best = heads.best(problem, views);
            best.argument().attach(target);
            long instances = output.getShape().get(0);
            long values = heads.count() == 1 ? 0 : instances * heads.count();
            Cost cost = new Cost(values, 0, instances, System.nanoTime() - begin);
            return new Proposal(best.argument(), cost, best.values());
        }
    }

    /** Closes the trained block. */
    @Override
    public void close() {
        model.close();
    }

    /**
     * Builds and trains an {@link ObjectiveInit}.
     *
     * @param <X> one instance of the problem
     */
    public static final class Builder<X> {

        private @Nullable Problem<X> problem;
        private @Nullable Block block;
        private @Nullable IntFunction<List<X>> instances;
        private @Nullable Optimizer optimizer;
        private int steps = DEFAULT_STEPS;
        private int batch = DEFAULT_BATCH;
        private long seed;

        private Builder() {}

        /**
         * Sets the problem.
         *
         * @param problem the problem
         * @return this builder
         */
        public Builder<X> setProblem(Problem<X> problem) {
            this.problem = Objects.requireNonNull(problem, "problem");
            return this;
        }

        /**
         * Sets the block to train.
         *
         * @param block from what is known to arguments, see above; closed with the predictor.
         *     Weights without values are drawn from the seed
         * @return this builder
         */
        public Builder<X> setBlock(Block block) {
            this.block = Objects.requireNonNull(block, "block");
            return this;
        }

        /**
         * Sets where instances to train on come from.
         *
         * @param instances gives as many instances as asked for, new ones at each call
         * @return this builder
         */
        public Builder<X> setInstances(IntFunction<List<X>> instances) {
            this.instances = Objects.requireNonNull(instances, "instances");
            return this;
        }

        /**
         * Sets the optimizer.
         *
         * @param optimizer the optimizer; by default Adam with a rate of 0.003 that falls to a
         *     fiftieth of that along a cosine
         * @return this builder
         */
        public Builder<X> optOptimizer(Optimizer optimizer) {
            this.optimizer = Objects.requireNonNull(optimizer, "optimizer");
            return this;
        }

        /**
         * Sets the training steps.
         *
         * @param steps 1 or more; {@value ObjectiveInit#DEFAULT_STEPS} by default
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder<X> optSteps(int steps) {
            this.steps = Checks.atLeast(steps, 1, "The number of steps");
            return this;
        }

        /**
         * Sets the instances in a training step.
         *
         * @param batch 1 or more; {@value ObjectiveInit#DEFAULT_BATCH} by default
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder<X> optBatch(int batch) {
            this.batch = Checks.atLeast(batch, 1, "The batch");
            return this;
        }

        /**
         * Sets the seed of the weights that training begins with.
         *
         * @param seed the seed; 0 by default. The engine's random numbers are left alone
         * @return this builder
         */
        public Builder<X> optSeed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Trains the block.
         *
         * @return the predictor, to be closed by the caller
         * @throws IllegalStateException if something required is not set, or the objective is not a
         *     number at what is predicted
         */
        public ObjectiveInit fit() {
            ObjectiveTraining<X> training =
                    new ObjectiveTraining<>(
                            Checks.required(problem, "setProblem"),
                            Checks.required(instances, "setInstances"),
                            batch);
            return training.run(
                    Checks.required(block, "setBlock"),
                    Optional.ofNullable(optimizer),
                    steps,
                    seed);
        }
    }
}
