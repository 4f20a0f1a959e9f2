package io.github.gradkit.learninit.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.learninit.start.StartRule;
import io.github.gradkit.learninit.start.Starts;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a learned rule up to date while the problem changes, as that of attacks does while the
 * model trains: solutions go to the rule's log, and every few batches the predictor is fitted
 * again, beginning with the weights it has.
 *
 * <pre>{@code
 * SolutionLog recent = SolutionLog.bounded(problem, 4096);
 * Refit start =
 *         Refit.builder()
 *                 .setRule(ArgInit.builder().setLog(recent).optEpochs(2).build())
 *                 .optEvery(20)
 *                 .build();
 * // for each batch
 * StartRule.Proposal proposal = start.propose(problem, known, seed);
 * Solution solution = solver.solve(problem, known, proposal.argument());
 * start.observe(known, proposal.argument(), solution);
 * }</pre>
 *
 * <p>With a bounded log old solutions are forgotten. Of an instance that is in the log more than
 * once, {@link Targets#BEST} takes the best solution, however old; use {@link Targets#ALL} where
 * values of different times can't be compared. The same instances should not be measured with: what
 * is observed is learned.
 *
 * <p>Not safe for use by several threads. No gradient collector may be open around {@link
 * #observe}.
 */
public final class Refit implements StartRule, AutoCloseable {

    /** The default number of batches from fit to fit. */
    public static final int EVERY_DEFAULT = 20;

    private final LearnedRule rule;
    private final StartRule fallback;
    private final int every;
    private int batches;
    private int fits;

    private Refit(Builder builder) {
        rule = Checks.required(builder.rule, "setRule");
        fallback = builder.fallback;
        every = builder.every;
        rule.log();
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
     * @return the name of the learned rule
     */
    @Override
    public String name() {
        return rule.name();
    }

    /**
     * Proposes: by the learned rule, or by the default one as long as that is not fitted.
     *
     * @param problem the problem as it is now
     * @param known what is known of the instances
     * @param seed decides all that is drawn
     * @return the proposal; its cost is without that of fits
     */
    @Override
    public Proposal propose(Problem<?> problem, NDList known, long seed) {
        return (rule.isFitted() ? rule : fallback).propose(problem, known, seed);
    }

    /**
     * Learns of a solved batch. Every {@linkplain Builder#optEvery few} calls the predictor is
     * fitted again. After a fit that diverged starts are the default ones, and each further fit
     * fails as well: the weights are lost, so build the rule anew.
     *
     * @param known what was known of the instances
     * @param start where the solver started
     * @param solution what it reached
     * @return true if the predictor was fitted
     * @throws IllegalArgumentException if the batch does not fit the log
     * @throws IllegalStateException if the predictor was fitted again and the fit diverged; the
     *     batch is in the log all the same
     */
    public boolean observe(NDList known, NDArray start, Solution solution) {
        rule.log().add(known, start, solution);
        batches++;
        if (batches % every != 0) {
            return false;
        }
        rule.fit();
        fits++;
        return true;
    }

    /**
     * Returns how often the predictor was fitted.
     *
     * @return 0 or more
     */
    public int fits() {
        return fits;
    }

    /**
     * Returns what all fits together have cost.
     *
     * @return see {@link LearnedRule#fitCost()}
     */
    public Cost fitCost() {
        return rule.fitCost();
    }

    /** Closes the learned rule. */
    @Override
    public void close() {
        rule.close();
    }

    /** Collects the settings of a rule. */
    public static final class Builder {

        private @Nullable LearnedRule rule;
        private StartRule fallback = Starts.uniform();
        private int every = EVERY_DEFAULT;

        private Builder() {}

        /**
         * Sets the learned rule, fitted or not, with the log that takes what is observed.
         *
         * @param learned the rule; closed with this one
         * @return this builder
         */
        public Builder setRule(LearnedRule learned) {
            rule = Objects.requireNonNull(learned, "learned");
            return this;
        }

        /**
         * Sets where to start before the first fit. Default: {@link Starts#uniform()}.
         *
         * @param plain the rule
         * @return this builder
         */
        public Builder optDefault(StartRule plain) {
            fallback = Objects.requireNonNull(plain, "plain");
            return this;
        }

        /**
         * Sets the number of batches from fit to fit. Default: {@value #EVERY_DEFAULT}.
         *
         * @param count 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optEvery(int count) {
            every = Checks.atLeast(count, 1, "The number of batches");
            return this;
        }

        /**
         * Makes the rule.
         *
         * @return the rule, closed by the caller
         * @throws IllegalStateException if no rule is set, or it has no log
         */
        public Refit build() {
            return new Refit(this);
        }
    }
}
