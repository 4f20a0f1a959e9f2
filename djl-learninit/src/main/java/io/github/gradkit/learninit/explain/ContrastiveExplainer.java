package io.github.gradkit.learninit.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.start.StartRule;
import io.github.gradkit.learninit.start.Starts;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Explains classes by pertinent negatives or positives, for many inputs at once.
 *
 * <pre>{@code
 * ExplanationProblem problem =
 *         ExplanationProblem.builder()
 *                 .setContrast(Contrast.NEGATIVE)
 *                 .setShape(new Shape(1, 28, 28))
 *                 .setClassifier(model.getBlock())
 *                 .build();
 * ContrastiveExplainer explainer =
 *         ContrastiveExplainer.builder().setProblem(problem).build();
 * try (Explanations explanations = explainer.explain(images)) {
 *     ...
 * }
 * }</pre>
 *
 * <p>It solves the problem several times with other weights of the hinge: ten times as large as
 * long as no change reaches the margin, then by bisection between the last failure and the last
 * success. Of all changes met on the way that reach the margin, the one with the lowest value is
 * returned. Every input has its own weight, every search begins at the same start. Immutable.
 */
public final class ContrastiveExplainer {

    /** The searches unless a number is given. */
    public static final int DEFAULT_SEARCHES = 9;

    private final ExplanationProblem problem;
    private final Fista solver;
    private final StartRule start;
    private final @Nullable LearnedConstants constants;
    private final int searches;
    private final long seed;

    private ContrastiveExplainer(Builder builder, ExplanationProblem problem) {
        this.problem = problem;
        solver = builder.solver;
        start = builder.start;
        constants = builder.constants;
        searches = builder.searches;
        seed = builder.seed;
    }

    /**
     * Starts an explainer.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Explains inputs from the start of the rule and the constant of the problem, or learned ones.
     *
     * @param inputs the inputs, {@code (instances, ...)}, float32; not changed
     * @return the explanations, closed by the caller
     * @throws IllegalArgumentException if the inputs have another shape or are out of range
     */
    public Explanations explain(NDArray inputs) {
        try (NDList known = problem.known(inputs)) {
            PredictedConstants weights = weights(known);
            try (NDArray column = column(inputs.getManager(), weights.constants())) {
                NDList weighted = new NDList(known.get(0), known.get(1), column);
                StartRule.Proposal proposal = start.propose(problem, weighted, seed);
                try (NDArray first = proposal.argument()) {
                    Cost before = proposal.cost().plus(weights.cost());
                    return run(weighted, first, weights.constants(), before);
                }
            }
        }
    }

    private PredictedConstants weights(NDList known) {
        if (constants != null) {
            return constants.predict(known);
        }
        double[] same = new double[Math.toIntExact(known.head().getShape().get(0))];
        Arrays.fill(same, problem.constant());
        return new PredictedConstants(same, Cost.ZERO);
    }

    /** Constants as they are known of instances: a start rule may learn from them too. */
    private static NDArray column(NDManager manager, double[] constants) {
        float[] numbers = new float[constants.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) constants[i];
        }
        return manager.create(numbers, new Shape(numbers.length, 1));
    }

    /**
     * Explains inputs from given starts and constants.
     *
     * @param inputs the inputs, {@code (instances, ...)}, float32; not changed
     * @param first the changes to start from, of the same shape, float32; projected on the feasible
     *     set, not changed
     * @param constants the first weights of the hinge, one above 0 for each input
     * @return the explanations, closed by the caller
     * @throws IllegalArgumentException if the inputs have another shape or are out of range, or the
     *     constants are not as many or not positive
     */
    public Explanations explain(NDArray inputs, NDArray first, double... constants) {
        if (constants.length != inputs.getShape().get(0)) {
            throw new IllegalArgumentException(
                    "There are "
                            + constants.length
                            + " constants for "
                            + inputs.getShape().get(0)
                            + " inputs. Pass one for each.");
        }
        for (double constant : constants) {
            Checks.positive(constant, "A constant");
        }
        try (NDList known = problem.known(inputs);
                NDManager scope = inputs.getManager().newSubManager()) {
            FeasibleSet set = problem.feasible(Scoped.views(known, scope));
            NDArray feasible = set.project(Scoped.view(first, scope));
            return run(known, feasible, constants, Cost.ZERO);
        }
    }

    private Explanations run(NDList known, NDArray first, double[] constants, Cost before) {
        try (ExplanationRun run = new ExplanationRun(problem, solver, known, constants)) {
            for (int search = 0; search < searches; search++) {
                run.search(first);
            }
            return run.explanations(before);
        }
    }

    /** Builds a {@link ContrastiveExplainer}. */
    public static final class Builder {

        private @Nullable ExplanationProblem problem;
        private Fista solver = Fista.builder().build();
        private StartRule start = Starts.zero();
        private @Nullable LearnedConstants constants;
        private int searches = DEFAULT_SEARCHES;
        private long seed;

        private Builder() {}

        /**
         * Sets what is explained.
         *
         * @param problem the problem
         * @return this builder
         */
        public Builder setProblem(ExplanationProblem problem) {
            this.problem = problem;
            return this;
        }

        /**
         * Sets the solver of each search.
         *
         * @param solver the solver; by default {@value Fista#DEFAULT_STEPS} steps from a rate of
         *     0.01
         * @return this builder
         */
        public Builder optSolver(Fista solver) {
            this.solver = Objects.requireNonNull(solver, "solver");
            return this;
        }

        /**
         * Sets where searches start.
         *
         * @param start the rule; no change by default
         * @return this builder
         */
        public Builder optStart(StartRule start) {
            this.start = Objects.requireNonNull(start, "start");
            return this;
        }

        /**
         * Sets where searches over the weight of the hinge begin. A prediction that is too small is
         * mended by the search as the constant of the problem would be.
         *
         * @param constants predicts weights, not closed by the explainer; by default the constant
         *     of the problem is taken for all inputs
         * @return this builder
         */
        public Builder optConstants(LearnedConstants constants) {
            this.constants = Objects.requireNonNull(constants, "constants");
            return this;
        }

        /**
         * Sets the searches over the weight of the hinge.
         *
         * @param searches 1 or more; {@value ContrastiveExplainer#DEFAULT_SEARCHES} by default
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optSearches(int searches) {
            this.searches = Checks.atLeast(searches, 1, "The number of searches");
            return this;
        }

        /**
         * Sets the seed of the start rule.
         *
         * @param seed the seed; 0 by default
         * @return this builder
         */
        public Builder optSeed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Builds the explainer.
         *
         * @return the explainer
         * @throws IllegalStateException if the problem is not set, or learned constants are of
         *     another one
         */
        public ContrastiveExplainer build() {
            ExplanationProblem set = Checks.required(problem, "setProblem");
            if (constants != null) {
                constants.requireFor(set);
            }
            return new ContrastiveExplainer(this, set);
        }
    }
}
