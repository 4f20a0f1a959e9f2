package io.github.gradkit.learninit.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.learninit.log.SolutionLog;
import io.github.gradkit.learninit.predict.ArgInit;
import io.github.gradkit.learninit.start.StartRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Predicts the weight of the hinge with which an input is explained, so that the search of {@link
 * ContrastiveExplainer} begins near its end.
 *
 * <pre>{@code
 * try (Explanations known = explainer.explain(images);
 *         LearnedConstants constants =
 *                 LearnedConstants.builder()
 *                         .setProblem(problem)
 *                         .setExplanations(images, known)
 *                         .fit()) {
 *     ContrastiveExplainer.builder().setProblem(problem).optConstants(constants).optSearches(3);
 * }
 * }</pre>
 *
 * <p>The logarithm is predicted from the input and its class by {@link ArgInit}; predictions stay
 * between the least and the largest weight that was learned from. Our own design.
 */
public final class LearnedConstants implements AutoCloseable {

    private final LogConstant problem;
    private final ArgInit predictor;

    private LearnedConstants(LogConstant problem, ArgInit predictor) {
        this.problem = problem;
        this.predictor = predictor;
    }

    /**
     * Starts a predictor.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Predicts weights, for {@link ContrastiveExplainer#explain(NDArray, NDArray, double...)}.
     *
     * @param inputs the inputs, {@code (instances, ...)}, float32; not changed. The classifier is
     *     run once on each
     * @return the weights, above 0, one for each input
     * @throws IllegalArgumentException if the inputs have another shape or are out of range
     */
    public double[] predict(NDArray inputs) {
        try (NDList known = problem.whole().known(inputs)) {
            return predict(known).constants();
        }
    }

    PredictedConstants predict(NDList known) {
        StartRule.Proposal logs = predictor.propose(problem, LogConstant.known(known), 0);
        try (NDArray argument = logs.argument()) {
            float[] numbers = argument.toFloatArray();
            double[] constants = new double[numbers.length];
            for (int i = 0; i < constants.length; i++) {
                constants[i] = Math.exp(numbers[i]);
            }
            return new PredictedConstants(constants, logs.cost());
        }
    }

    void requireFor(ExplanationProblem other) {
        String here = problem.whole().identity();
        if (problem.whole() != other && !here.equals(other.identity())) {
            throw new IllegalStateException(
                    "The constants were learned for the problem '"
                            + here
                            + "', but this is '"
                            + other.identity()
                            + "'. Weights of one say nothing about the other: learn them anew.");
        }
    }

    /**
     * Returns what the fit has cost.
     *
     * @return the time, and as predictions one for each input and epoch
     */
    public Cost fitCost() {
        return predictor.fitCost();
    }

    /** Closes the predictor. */
    @Override
    public void close() {
        predictor.close();
    }

    /** Builds and fits {@link LearnedConstants}. */
    public static final class Builder {

        private final ArgInit.Builder settings = ArgInit.builder();
        private @Nullable ExplanationProblem problem;
        private @Nullable NDArray inputs;
        private @Nullable Explanations explanations;

        private Builder() {}

        /**
         * Sets what is explained.
         *
         * @param problem the problem
         * @return this builder
         */
        public Builder setProblem(ExplanationProblem problem) {
            this.problem = Objects.requireNonNull(problem, "problem");
            return this;
        }

        /**
         * Sets what to learn from. Inputs without an explanation are left out.
         *
         * @param inputs the inputs, {@code (instances, ...)}, float32; used until {@link #fit}
         * @param explanations their explanations, in the same order; likewise
         * @return this builder
         */
        public Builder setExplanations(NDArray inputs, Explanations explanations) {
            this.inputs = Objects.requireNonNull(inputs, "inputs");
            this.explanations = Objects.requireNonNull(explanations, "explanations");
            return this;
        }

        /**
         * Sets the network.
         *
         * @param network from inputs and classes {@code (instances, classes)}, 1 at the class, to
         *     {@code (instances, 1)}; owned by the predictor. By default that of {@link ArgInit}
         * @return this builder
         */
        public Builder optBlock(Block network) {
            settings.optBlock(network);
            return this;
        }

        /**
         * Sets the passes over the inputs.
         *
         * @param passes 1 or more; 100 by default
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optEpochs(int passes) {
            settings.optEpochs(passes);
            return this;
        }

        /**
         * Sets the seed of weights and of the order of inputs.
         *
         * @param seed the seed; 0 by default
         * @return this builder
         */
        public Builder optSeed(long seed) {
            settings.optSeed(seed);
            return this;
        }

        /**
         * Fits the predictor.
         *
         * @return the predictor, closed by the caller
         * @throws IllegalStateException if something required is not set
         * @throws IllegalArgumentException if the explanations are not as many as the inputs, or
         *     none was found
         */
        public LearnedConstants fit() {
            ExplanationProblem whole = Checks.required(problem, "setProblem");
            NDArray all = Checks.required(inputs, "setExplanations");
            List<Explanation> rows = Checks.required(explanations, "setExplanations").rows();
            requireRows(all, rows);
            double[] logs =
                    rows.stream()
                            .filter(Explanation::found)
                            .mapToDouble(row -> Math.log(row.constant()))
                            .sorted()
                            .toArray();
            LogConstant constant = new LogConstant(whole, logs[0], logs[logs.length - 1]);
            SolutionLog log = SolutionLog.create(constant);
            try (NDManager scope = all.getManager().newSubManager()) {
                fill(log, whole.known(Scoped.view(all, scope)), rows);
            }
            return new LearnedConstants(constant, settings.setLog(log).fit());
        }

        private static void requireRows(NDArray inputs, List<Explanation> rows) {
            if (rows.size() != inputs.getShape().get(0)) {
                throw new IllegalArgumentException(
                        "There are "
                                + rows.size()
                                + " explanations for "
                                + inputs.getShape().get(0)
                                + " inputs. Give the inputs that were explained.");
            }
            if (rows.stream().noneMatch(Explanation::found)) {
                throw new IllegalArgumentException(
                        "None of the "
                                + rows.size()
                                + " inputs has an explanation, so there is no constant to learn"
                                + " from. Explain more inputs, or with more searches.");
            }
        }

        private static void fill(SolutionLog log, NDList known, List<Explanation> rows) {
            NDManager scope = known.head().getManager();
            long[] found =
                    IntStream.range(0, rows.size())
                            .filter(i -> rows.get(i).found())
                            .asLongStream()
                            .toArray();
            float[] logs = new float[found.length];
            List<Double> values = new ArrayList<>();
            List<Integer> steps = new ArrayList<>();
            for (int i = 0; i < found.length; i++) {
                Explanation row = rows.get((int) found[i]);
                logs[i] = (float) Math.log(row.constant());
                values.add(row.value());
                steps.add(row.iterations());
            }
            NDArray which = scope.create(found);
            NDArray ends = scope.create(logs, new Shape(logs.length, 1));
            Solution solution = new Solution(ends, values, steps, List.of(), Cost.ZERO);
            NDList kept = new NDList(known.get(0).get(which), known.get(1).get(which));
            log.add(kept, ends.zerosLike(), solution);
        }
    }
}
