package io.github.gradkit.learninit.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.learninit.log.SolutionLog;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.learninit.start.StartRule;
import io.github.gradkit.learninit.start.Starts;
import io.github.gradkit.support.state.StateFileException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Predicts the value that a solver will reach from a start, and takes the start with the lowest
 * prediction (Val-Init): multi-start at the cost of one run, as far as the predictor is right.
 *
 * <p>If its error is at most e on all candidates, the value reached from the chosen one is at most
 * 2 e above the best value reached from any of them.
 *
 * <pre>{@code
 * try (ValueInit start = ValueInit.builder().setLog(log).optCandidates(20).fit()) {
 *     StartRule.Proposal proposal = start.propose(problem, known, seed);
 * }
 * }</pre>
 *
 * <p>A proposal costs one prediction for each candidate (none if there is one), and one for each
 * step of a descent on the predictor, and one more at the end of that. Candidates are predicted in
 * batches of about 4096 rows.
 *
 * <p>Source: see the package.
 */
public final class ValueInit implements LearnedRule {

    /** The default number of candidates. */
    public static final int CANDIDATES_DEFAULT = 10;

    private static final String KIND = "learninit-value";

    private final Builder settings;
    private final Regressor regressor;

    private ValueInit(Builder settings) {
        this.settings = settings;
        regressor = new Regressor(settings, 1);
    }

    /**
     * Starts a rule.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the name.
     *
     * @return {@code value-init x}, followed by the number of candidates, and by {@code +} and the
     *     number of steps on the predictor if there are some
     */
    @Override
    public String name() {
        String steps = settings.steps == 0 ? "" : "+" + settings.steps;
        return "value-init x" + settings.candidates + steps;
    }

    @Override
    public ValueInit fit() {
        SolutionLog log = log();
        Logs.requireRows(log);
        int[] rows = log.allRows();
        try (NDManager scope = NDManager.newBaseManager()) {
            Canonical.Form form = settings.canonical.of(log.known(scope, rows));
            NDList inputs = new NDList(form.known());
            inputs.add(form.inward(log.starts(scope, rows)));
            regressor.fit(inputs, log.values(scope, rows).reshape(rows.length, 1));
        }
        return this;
    }

    @Override
    public boolean isFitted() {
        return regressor.isFitted();
    }

    @Override
    public SolutionLog log() {
        return Logs.required(settings.log);
    }

    @Override
    public Cost fitCost() {
        return regressor.cost();
    }

    @Override
    public double fitLoss() {
        return regressor.loss();
    }

    @Override
    public void save(Path file) throws StateFileException {
        RegressorFile.write(file, KIND, regressor);
    }

    /**
     * Predicts the values that will be reached.
     *
     * @param problem the problem
     * @param known what is known of the instances
     * @param start where the solver would start, {@code (instances, ...)}
     * @return the values, {@code (instances)}, on the manager of the start; closed by the caller
     * @throws IllegalStateException if the predictor is not fitted
     */
    public NDArray predict(Problem<?> problem, NDList known, NDArray start) {
        PredictedValue predicted = predicted(problem);
        NDManager target = start.getManager();
        try (NDManager scope = target.newSubManager()) {
            NDArray values = predicted.value(Scoped.views(known, scope), Scoped.view(start, scope));
            values.attach(target);
            return values;
        }
    }

    private PredictedValue predicted(Problem<?> problem) {
        return new PredictedValue(problem, regressor, settings.canonical);
    }

    @Override
    public Proposal propose(Problem<?> problem, NDList known, long seed) {
        regressor.output();
        NDManager target = known.head().getManager();
        try (NDManager scope = target.newSubManager()) {
            NDList views = Scoped.views(known, scope);
            Proposal chosen =
                    Choice.propose(
                            predicted(problem), settings.from, settings.candidates, views, seed);
            if (settings.steps > 0) {
                chosen = predicted(problem).descend(views, chosen, settings.steps, settings.rate);
            }
            chosen.argument().attach(target);
            return chosen;
        }
    }

    @Override
    public void close() {
        regressor.close();
    }

    /** Collects the settings of a rule. */
    public static final class Builder extends PredictorBuilder<Builder> {

        private int candidates = CANDIDATES_DEFAULT;
        private int steps;
        private double rate = 1;
        private StartRule from = Starts.uniform();

        private Builder() {}

        private Builder(Builder other) {
            super(other);
            candidates = other.candidates;
            steps = other.steps;
            rate = other.rate;
            from = other.from;
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the number of candidates. Default: {@value #CANDIDATES_DEFAULT}.
         *
         * @param count 1 or more; with 1 the candidate is taken as it is
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optCandidates(int count) {
            candidates = Checks.atLeast(count, 1, "The number of candidates");
            return this;
        }

        /**
         * Sets where candidates come from. Default: {@link Starts#uniform()}.
         *
         * @param rule proposes them, the first with the seed of the proposal, the others with seeds
         *     made of it
         * @return this builder
         */
        public Builder optFrom(StartRule rule) {
            from = Objects.requireNonNull(rule, "rule");
            return this;
        }

        /**
         * Sets a descent on the predictor from the best candidate, by Adam. Default: none. In a set
         * without bounds it may follow the predictor to where it was never fitted.
         *
         * @param count the number of steps; 0 or more
         * @param step the length of steps, in units of the argument; positive
         * @return this builder
         * @throws IllegalArgumentException if one is out of range
         */
        public Builder optDescend(int count, double step) {
            steps = Checks.atLeast(count, 0, "The number of steps on the predictor");
            rate = Checks.positive(step, "The step on the predictor");
            return this;
        }

        /**
         * Makes the rule, not yet fitted.
         *
         * @return the rule, closed by the caller
         */
        public ValueInit build() {
            return new ValueInit(new Builder(this));
        }

        /**
         * Makes the rule and fits it to the log.
         *
         * @return the rule, closed by the caller
         * @throws IllegalStateException if there is no log or it is empty
         */
        public ValueInit fit() {
            return Logs.orClosed(build(), ValueInit::fit);
        }

        /**
         * Makes the rule with the predictor of a file.
         *
         * @param file what {@link LearnedRule#save} wrote; the block must be as it was
         * @return the rule, closed by the caller
         * @throws StateFileException if the file is missing, damaged or of another predictor
         */
        public ValueInit load(Path file) throws StateFileException {
            ValueInit rule = build();
            RegressorFile.readOrClose(file, KIND, rule.regressor, rule);
            return rule;
        }
    }
}
