package io.github.gradkit.learninit.log;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.util.Progress;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.internal.Draws;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.learninit.start.StartRule;
import io.github.gradkit.learninit.start.Starts;
import io.github.gradkit.support.state.StateFileException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Solves instances from several starts each, and logs the solutions.
 *
 * <pre>{@code
 * SolutionLog log = SolutionLog.open(folder, problem);
 * Collector.of(problem).setSolver(solver).setLog(log).optStarts(5).build().collect(instances);
 * }</pre>
 *
 * <p>If the log is kept in a folder it is saved after each batch. After an interruption, call it
 * again with the same instances and settings: an instance that the log has solved from the same
 * start is not solved from it again. The rows come out as they would have without the interruption.
 *
 * <p>Where something of a run is not finite, it is left out of the log with a warning that names
 * the instance, and tried again by the next call. Only if an objective is NaN a solver fails; what
 * was saved before stays.
 *
 * @param <X> one instance
 */
public final class Collector<X> {

    /** The default number of instances that are solved at once. */
    public static final int BATCH_DEFAULT = 256;

    private final Problem<X> problem;
    private final Solver solver;
    private final SolutionLog log;
    private final StartRule rule;
    private final int starts;
    private final int batch;
    private final long seed;
    private final @Nullable Progress progress;

    private Collector(Builder<X> builder) {
        problem = builder.problem;
        solver = Checks.required(builder.solver, "setSolver");
        log = Checks.required(builder.log, "setLog");
        rule = builder.rule;
        starts = builder.starts;
        batch = builder.batch;
        seed = builder.seed;
        progress = builder.progress;
    }

    /**
     * Starts a collector.
     *
     * @param <X> one instance
     * @param problem the problem
     * @return a builder
     */
    public static <X> Builder<X> of(Problem<X> problem) {
        return new Builder<>(problem);
    }

    /**
     * Solves and logs.
     *
     * @param instances the instances
     * @return what it cost; of what was passed over, only the proposals of starts
     * @throws StateFileException if the log is kept in a folder and can't be saved
     */
    public Cost collect(List<X> instances) throws StateFileException {
        CollectorRun run = new CollectorRun(problem, solver, log);
        if (progress != null) {
            progress.reset("Solving instances", instances.size());
        }
        Cost cost = Cost.ZERO;
        for (int from = 0; from < instances.size(); from += batch) {
            List<X> part = instances.subList(from, Math.min(instances.size(), from + batch));
            cost = cost.plus(solve(run, part, from));
            if (log.isKept()) {
                log.save();
            }
            if (progress != null) {
                progress.increment(part.size());
            }
        }
        return cost;
    }

    private Cost solve(CollectorRun run, List<X> part, int from) {
        Cost cost = Cost.ZERO;
        long firstSeed = (long) (from / batch) * starts;
        try (NDManager scope = NDManager.newBaseManager()) {
            NDList known = problem.known(scope, part);
            for (int i = 0; i < starts; i++) {
                StartRule.Proposal start =
                        rule.propose(problem, known, Draws.seed(seed, firstSeed + i));
                cost = cost.plus(start.cost());
                cost = cost.plus(run.solve(known, start.argument(), from));
            }
        }
        return cost;
    }

    /**
     * Collects the settings of a collector.
     *
     * @param <X> one instance
     */
    public static final class Builder<X> {

        private final Problem<X> problem;
        private @Nullable Solver solver;
        private @Nullable SolutionLog log;
        private @Nullable Progress progress;
        private StartRule rule = Starts.uniform();
        private int starts = 1;
        private int batch = BATCH_DEFAULT;
        private long seed;

        private Builder(Problem<X> problem) {
            this.problem = Objects.requireNonNull(problem, "problem");
        }

        /**
         * Sets the solver.
         *
         * @param solves the solver
         * @return this builder
         */
        public Builder<X> setSolver(Solver solves) {
            solver = Objects.requireNonNull(solves, "solves");
            return this;
        }

        /**
         * Sets the log.
         *
         * @param solutions takes the solutions
         * @return this builder
         */
        public Builder<X> setLog(SolutionLog solutions) {
            log = Objects.requireNonNull(solutions, "solutions");
            return this;
        }

        /**
         * Sets where the solver starts. Default: {@link Starts#uniform()}.
         *
         * @param proposes the rule
         * @return this builder
         */
        public Builder<X> optRule(StartRule proposes) {
            rule = Objects.requireNonNull(proposes, "proposes");
            return this;
        }

        /**
         * Sets the starts for each instance. Default: 1. An instance is solved from the same start
         * only once, even if the rule proposes it again.
         *
         * @param count 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder<X> optStarts(int count) {
            starts = Checks.atLeast(count, 1, "The number of starts");
            return this;
        }

        /**
         * Sets how many instances are solved at once. Default: {@value #BATCH_DEFAULT}.
         *
         * @param instances 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder<X> optBatch(int instances) {
            batch = Checks.atLeast(instances, 1, "The batch size");
            return this;
        }

        /**
         * Sets what decides the starts. Default: 0.
         *
         * @param number the seed
         * @return this builder
         */
        public Builder<X> optSeed(long number) {
            seed = number;
            return this;
        }

        /**
         * Sets who is told how far it is, instance by instance. Default: nobody.
         *
         * @param told counts instances
         * @return this builder
         */
        public Builder<X> optProgress(Progress told) {
            progress = Objects.requireNonNull(told, "told");
            return this;
        }

        /**
         * Makes the collector.
         *
         * @return the collector
         * @throws IllegalStateException if solver or log is not set
         */
        public Collector<X> build() {
            return new Collector<>(this);
        }
    }
}
