package io.github.gradkit.learninit.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Objective;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.learninit.log.SolutionLog;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.support.state.StateFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Predicts the solution from what is known, and starts there (Arg-Init).
 *
 * <pre>{@code
 * try (ArgInit start = ArgInit.builder().setLog(log).build().fit()) {
 *     StartRule.Proposal proposal = start.propose(problem, known, seed);
 * }
 * }</pre>
 *
 * <p>The predictor is fitted by squared error, which averages solutions where an instance has
 * several. Three remedies: to learn the best of several solutions of each instance ({@link
 * Targets#BEST}, the default), to make one of those that are the same but for a symmetry ({@link
 * PredictorBuilder#optCanonical}), and several heads, of which the one with the lowest objective is
 * taken ({@link Builder#optHeads}).
 *
 * <p>A proposal costs one prediction per instance, and with several heads one value of the
 * objective for each. Source: see the package; targets, forms and heads are our own.
 */
public final class ArgInit implements LearnedRule {

    private static final String KIND = "learninit-argument";

    private final Builder settings;
    private final Regressor regressor;

    private ArgInit(Builder settings) {
        this.settings = settings;
        regressor = new Regressor(settings, settings.heads);
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
     * @return {@code arg-init}, followed by {@code x} and the number of heads if there are several
     */
    @Override
    public String name() {
        return settings.heads == 1 ? "arg-init" : "arg-init x" + settings.heads;
    }

    @Override
    public ArgInit fit() {
        SolutionLog log = log();
        int[] rows = settings.targets == Targets.BEST ? log.bestRows() : log.allRows();
        Logs.requireRows(log);
        try (NDManager scope = NDManager.newBaseManager()) {
            Canonical.Form form = settings.canonical.of(log.known(scope, rows));
            regressor.fit(form.known(), Scoped.flat(form.inward(log.ends(scope, rows))));
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

    @Override
    public Proposal propose(Problem<?> problem, NDList known, long seed) {
        final long began = System.nanoTime();
        NDManager target = known.head().getManager();
        try (NDManager scope = target.newSubManager()) {
            NDList views = Scoped.views(known, scope);
            Canonical.Form form = settings.canonical.of(views);
            NDArray guesses = regressor.predict(form.known());
            Guess best = best(problem, views, form, guesses);
            best.argument().attach(target);
            long instances = known.head().getShape().get(0);
            long values = settings.heads == 1 ? 0 : settings.heads * instances;
            Cost cost = new Cost(values, 0, instances, System.nanoTime() - began);
            return new Proposal(best.argument(), cost, best.values());
        }
    }

    /** A guess for each instance, and the values there if they had to be computed. */
    private record Guess(NDArray argument, List<Double> values) {

        static Guess of(NDArray argument, NDArray values) {
            List<Double> numbers = new ArrayList<>();
            for (float value : values.toFloatArray()) {
                numbers.add((double) value);
            }
            return new Guess(argument, numbers);
        }
    }

    private Guess best(Problem<?> problem, NDList known, Canonical.Form form, NDArray guesses) {
        FeasibleSet set = problem.feasible(known);
        NDArray best = guess(problem, set, form, guesses, 0);
        if (settings.heads == 1) {
            return new Guess(best, List.of());
        }
        try (Objective objective = Objective.open(problem, known)) {
            NDArray lowest = objective.values(best);
            for (int head = 1; head < settings.heads; head++) {
                NDArray other = guess(problem, set, form, guesses, head);
                NDArray values = objective.values(other);
                best = Scoped.where(values.lt(lowest), other, best);
                lowest = values.minimum(lowest);
            }
            return Guess.of(best, lowest);
        }
    }

    private static NDArray guess(
            Problem<?> problem, FeasibleSet set, Canonical.Form form, NDArray guesses, int head) {
        NDArray flat = guesses.get(new NDIndex().addAllDim().addIndices(head));
        Shape shape = new Shape(guesses.getShape().get(0)).addAll(problem.argument());
        return set.project(form.outward(flat.reshape(shape)));
    }

    @Override
    public void close() {
        regressor.close();
    }

    /** Collects the settings of a rule. */
    public static final class Builder extends PredictorBuilder<Builder> {

        private Targets targets = Targets.BEST;
        private int heads = 1;

        private Builder() {}

        private Builder(Builder other) {
            super(other);
            targets = other.targets;
            heads = other.heads;
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets which solutions are learned. Default: {@link Targets#BEST}.
         *
         * @param learned best ones or all
         * @return this builder
         */
        public Builder optTargets(Targets learned) {
            targets = Objects.requireNonNull(learned, "learned");
            return this;
        }

        /**
         * Sets the number of guesses at the solution. In training the best guess of each row is
         * pulled to the solution; a proposal is the guess with the lowest objective. Useful with
         * {@link Targets#ALL}. Default: 1.
         *
         * @param guesses 1 or more. A block of your own must give as many times the numbers of an
         *     argument, guess by guess
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optHeads(int guesses) {
            heads = Checks.atLeast(guesses, 1, "The number of heads");
            return this;
        }

        /**
         * Makes the rule, not yet fitted.
         *
         * @return the rule, closed by the caller
         */
        public ArgInit build() {
            return new ArgInit(new Builder(this));
        }

        /**
         * Makes the rule and fits it to the log.
         *
         * @return the rule, closed by the caller
         * @throws IllegalStateException if there is no log or it is empty
         */
        public ArgInit fit() {
            return Logs.orClosed(build(), ArgInit::fit);
        }

        /**
         * Makes the rule with the predictor of a file.
         *
         * @param file what {@link LearnedRule#save} wrote; block and heads must be as they were
         * @return the rule, closed by the caller
         * @throws StateFileException if the file is missing, damaged or of another predictor
         */
        public ArgInit load(Path file) throws StateFileException {
            ArgInit rule = build();
            RegressorFile.readOrClose(file, KIND, rule.regressor, rule);
            return rule;
        }
    }
}
