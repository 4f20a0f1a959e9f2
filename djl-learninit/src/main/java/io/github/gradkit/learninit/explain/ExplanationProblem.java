package io.github.gradkit.learninit.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.gradkit.advtrain.attack.Scorer;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.FeasibleSets;
import io.github.gradkit.learninit.problem.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Explains a class by a change {@code delta} of an input that is small and sparse.
 *
 * <p>With the scores {@code Z} of a classifier and the class {@code t} of the input {@code x}, the
 * value is {@code c hinge + beta |delta|_1 + |delta|_2^2 + gamma |y - AE(y)|_2^2}, where
 *
 * <ul>
 *   <li>for a pertinent negative, {@code y = x + delta}, {@code 0 <= delta <= highest - x}, and
 *       {@code hinge = max(0, Z_t(y) - max over i != t of Z_i(y) + kappa)};
 *   <li>for a pertinent positive, {@code y = lowest + delta}, {@code 0 <= delta <= x - lowest}, and
 *       {@code hinge = max(0, max over i != t of Z_i(y) - Z_t(y) + kappa)}.
 * </ul>
 *
 * <p>So {@code lowest}, 0 by default, is the background: nothing is there. {@code AE} is an
 * autoencoder that keeps {@code y} near the data; without it, {@code gamma} is 0.
 *
 * <p>Known of an instance are the input {@code (instances, ...)}, its class {@code (instances,
 * classes)}, 1 at the class and 0 elsewhere, and {@code c}, {@code (instances, 1)}. With {@link
 * Builder#setClassifier} the value can be differentiated, with {@link Builder#setScorer} it can't.
 * The classifier must outlive the problem and is left as it is. Not safe for use by several
 * threads.
 *
 * <p>Source: see the package, equations 1 and 2.
 */
public final class ExplanationProblem implements Problem<float[]> {

    /** The weight of the l1 norm unless one is given. */
    public static final double DEFAULT_BETA = 0.1;

    /** The weight of the hinge unless one is given. */
    public static final double DEFAULT_CONSTANT = 10;

    private final InputRange range;
    private final ExplainedModel model;
    private final ExplanationObjective objective;
    private final double constant;

    private ExplanationProblem(Builder builder, Contrast contrast, Shape shape) {
        range = new InputRange(shape, builder.lowest, builder.highest);
        model = new ExplainedModel(builder.classifier, builder.scorer, builder.autoencoder);
        objective =
                new ExplanationObjective(
                        contrast,
                        builder.lowest,
                        model,
                        builder.beta,
                        builder.gamma,
                        builder.kappa);
        constant = builder.constant;
    }

    /**
     * Starts a problem.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the kind of explanation.
     *
     * @return negative or positive
     */
    public Contrast contrast() {
        return objective.contrast();
    }

    ExplanationObjective objective() {
        return objective;
    }

    double constant() {
        return constant;
    }

    boolean isWhiteBox() {
        return model.isWhiteBox();
    }

    @Override
    public Shape argument() {
        return range.shape();
    }

    @Override
    public List<Block> blocks() {
        return model.blocks();
    }

    /**
     * Tells problems with other settings or networks with other weights apart. Of a {@linkplain
     * Builder#setScorer scorer} nothing is known: keep the logs of several ones apart yourself.
     *
     * @return settings and digests of the weights, as a text
     */
    @Override
    public String identity() {
        return String.format(
                Locale.ROOT,
                "explanation: %s of %s, beta %s, gamma %s, kappa %s, range %s to %s, %s",
                objective.contrast(),
                range.shape(),
                objective.beta(),
                objective.gamma(),
                objective.kappa(),
                range.lowest(),
                range.highest(),
                model.identity());
    }

    /**
     * Makes arrays of inputs; their classes are those that the classifier gives them.
     *
     * @param manager owns the arrays
     * @param instances one or more inputs, as long as the shape is large
     * @return inputs, classes and constants
     * @throws IllegalArgumentException if there is no input, or one has another size
     */
    @Override
    public NDList known(NDManager manager, List<float[]> instances) {
        try (NDArray inputs = range.array(manager, instances)) {
            return known(inputs);
        }
    }

    /**
     * Makes arrays of inputs; their classes are those that the classifier gives them.
     *
     * @param inputs the inputs, {@code (instances, ...)}, float32; copied
     * @return inputs, classes and constants, on the manager of the inputs
     * @throws IllegalArgumentException if the inputs have another shape or are out of range
     */
    public NDList known(NDArray inputs) {
        range.require(inputs);
        NDManager manager = inputs.getManager();
        try (NDManager scope = manager.newSubManager()) {
            NDArray scores = model.scores(Scoped.view(inputs, scope));
            NDArray classes = scores.argMax(1).oneHot((int) scores.getShape().get(1));
            NDArray constants =
                    manager.full(new Shape(inputs.getShape().get(0), 1), (float) constant);
            classes.attach(manager);
            return new NDList(inputs.duplicate(), classes, constants);
        }
    }

    /**
     * Computes the values.
     *
     * @param known inputs, classes and constants
     * @param argument the changes, {@code (instances, ...)}, float32
     * @return the values {@code (instances)}
     * @throws IllegalStateException if a gradient is wanted, but only scores are known: it would be
     *     that of a part of the value
     */
    @Override
    public NDArray value(NDList known, NDArray argument) {
        requireGradient(argument);
        return objective.value(known, argument);
    }

    private void requireGradient(NDArray argument) {
        if (!isWhiteBox() && argument.hasGradient()) {
            throw new IllegalStateException(
                    "Only scores of the classifier are known, so the value has no gradient. Solve"
                            + " with Fista, which estimates it, or give the network by"
                            + " setClassifier.");
        }
    }

    /**
     * Returns the changes that only add to an input, or only take from it.
     *
     * @param known the inputs, classes and constants
     * @return a box
     */
    @Override
    public FeasibleSet feasible(NDList known) {
        NDArray inputs = known.head();
        NDArray room =
                objective.contrast() == Contrast.NEGATIVE
                        ? inputs.neg().add((float) range.highest())
                        : inputs.sub((float) range.lowest());
        return FeasibleSets.box(inputs.zerosLike(), room.maximum(0f));
    }

    /** Builds an {@link ExplanationProblem}. */
    public static final class Builder {

        private @Nullable Contrast contrast;
        private @Nullable Shape shape;
        private @Nullable Block classifier;
        private @Nullable Scorer scorer;
        private @Nullable Block autoencoder;
        private double beta = DEFAULT_BETA;
        private double gamma;
        private double kappa;
        private double constant = DEFAULT_CONSTANT;
        private double lowest;
        private double highest = 1;

        private Builder() {}

        /**
         * Sets the kind of explanation.
         *
         * @param contrast negative or positive
         * @return this builder
         */
        public Builder setContrast(Contrast contrast) {
            this.contrast = contrast;
            return this;
        }

        /**
         * Sets the shape of an input.
         *
         * @param shape the shape without the axis of instances
         * @return this builder
         */
        public Builder setShape(Shape shape) {
            this.shape = shape;
            return this;
        }

        /**
         * Sets a classifier whose gradients are used. Either this or {@link #setScorer}.
         *
         * @param classifier from {@code (batch, ...)} to logits {@code (batch, classes)},
         *     initialised; used in inference mode
         * @return this builder
         */
        public Builder setClassifier(Block classifier) {
            this.classifier = classifier;
            return this;
        }

        /**
         * Sets a classifier of which only scores are known. Either this or {@link #setClassifier}.
         *
         * @param scorer the scores, {@code (batch, classes)}
         * @return this builder
         */
        public Builder setScorer(Scorer scorer) {
            this.scorer = scorer;
            return this;
        }

        /**
         * Sets an autoencoder.
         *
         * @param autoencoder from {@code (batch, ...)} to the same shape, initialised
         * @param gamma the weight of its error, 0 or more
         * @return this builder
         * @throws IllegalArgumentException if the weight is negative or not finite
         */
        public Builder optAutoencoder(Block autoencoder, double gamma) {
            this.autoencoder = Objects.requireNonNull(autoencoder, "autoencoder");
            this.gamma = Checks.notNegative(gamma, "Gamma");
            return this;
        }

        /**
         * Sets the weight of the l1 norm.
         *
         * @param beta 0 or more; {@value ExplanationProblem#DEFAULT_BETA} by default
         * @return this builder
         * @throws IllegalArgumentException if it is negative or not finite
         */
        public Builder optBeta(double beta) {
            this.beta = Checks.notNegative(beta, "Beta");
            return this;
        }

        /**
         * Sets the margin by which the class must change or stay.
         *
         * @param kappa 0 or more, in the unit of scores; 0 by default
         * @return this builder
         * @throws IllegalArgumentException if it is negative or not finite
         */
        public Builder optKappa(double kappa) {
            this.kappa = Checks.notNegative(kappa, "Kappa");
            return this;
        }

        /**
         * Sets the weight of the hinge.
         *
         * @param constant above 0; {@value ExplanationProblem#DEFAULT_CONSTANT} by default. {@link
         *     ContrastiveExplainer} begins its search with it
         * @return this builder
         * @throws IllegalArgumentException if it is not positive and finite
         */
        public Builder optConstant(double constant) {
            this.constant = Checks.positive(constant, "The constant");
            return this;
        }

        /**
         * Sets the range of inputs.
         *
         * @param lowest the background; 0 by default
         * @param highest above it; 1 by default
         * @return this builder
         * @throws IllegalArgumentException if the range is empty or not finite
         */
        public Builder optRange(double lowest, double highest) {
            Checks.positive(highest - lowest, "The width of the range");
            this.lowest = lowest;
            this.highest = highest;
            return this;
        }

        /**
         * Builds the problem.
         *
         * @return the problem
         * @throws IllegalStateException if something required is not set, or both a classifier and
         *     a scorer are
         */
        public ExplanationProblem build() {
            if ((classifier == null) == (scorer == null)) {
                throw new IllegalStateException(
                        "Set either a classifier, whose gradients are used, with setClassifier, or"
                                + " one of which only scores are known with setScorer.");
            }
            return new ExplanationProblem(
                    this,
                    Checks.required(contrast, "setContrast"),
                    Checks.required(shape, "setShape"));
        }
    }
}
