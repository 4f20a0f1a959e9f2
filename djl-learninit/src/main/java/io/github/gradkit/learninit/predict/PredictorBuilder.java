package io.github.gradkit.learninit.predict;

import ai.djl.nn.Block;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.util.Progress;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.log.SolutionLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The settings that learned rules have in common.
 *
 * @param <B> the builder itself
 */
public abstract sealed class PredictorBuilder<B extends PredictorBuilder<B>>
        permits ArgInit.Builder, ValueInit.Builder {

    /** The default number of passes over the log. */
    public static final int EPOCHS_DEFAULT = 100;

    /** The default number of rows of a training step. */
    public static final int BATCH_DEFAULT = 64;

    @Nullable SolutionLog log;
    @Nullable Block block;
    @Nullable Optimizer optimizer;
    @Nullable Progress progress;
    Canonical canonical = Canonical.none();
    int epochs = EPOCHS_DEFAULT;
    int batch = BATCH_DEFAULT;
    long seed;
    boolean standardise = true;
    final List<TrainingListener> listeners = new ArrayList<>();

    PredictorBuilder() {}

    /** Copies the settings, so that a rule keeps those that it was built with. */
    PredictorBuilder(PredictorBuilder<?> other) {
        log = other.log;
        block = other.block;
        optimizer = other.optimizer;
        progress = other.progress;
        canonical = other.canonical;
        epochs = other.epochs;
        batch = other.batch;
        seed = other.seed;
        standardise = other.standardise;
        listeners.addAll(other.listeners);
    }

    abstract B self();

    /**
     * Sets the log to learn from. Needed to fit, not to load.
     *
     * @param solutions the log; rows that are added later count in later fits
     * @return this builder
     */
    public B setLog(SolutionLog solutions) {
        log = Objects.requireNonNull(solutions, "solutions");
        return self();
    }

    /**
     * Sets the network. Default: two hidden layers of rectified units, twice as many as there are
     * inputs and outputs, from 32 to 256. One with batch normalisation can't learn from a log of a
     * single row.
     *
     * @param network the block; its inputs are the arrays of what is known, {@code (instances,
     *     ...)} each, for {@link ValueInit} followed by the argument. It is owned by the rule from
     *     then on. Weights without values are drawn from the seed (Xavier's uniform ones); to
     *     choose them yourself give an initialised block. Dropout draws from the engine's random
     *     numbers
     * @return this builder
     */
    public B optBlock(Block network) {
        block = Objects.requireNonNull(network, "network");
        return self();
    }

    /**
     * Sets the passes over the log of one fit. Default: {@value #EPOCHS_DEFAULT}.
     *
     * @param passes 1 or more
     * @return this builder
     * @throws IllegalArgumentException if it is less than 1
     */
    public B optEpochs(int passes) {
        epochs = Checks.atLeast(passes, 1, "The number of epochs");
        return self();
    }

    /**
     * Sets the rows of a training step. Default: {@value #BATCH_DEFAULT}. One row that is left over
     * joins the step before.
     *
     * @param rows 1 or more
     * @return this builder
     * @throws IllegalArgumentException if it is less than 1
     */
    public B optBatch(int rows) {
        batch = Checks.atLeast(rows, 1, "The batch size");
        return self();
    }

    /**
     * Sets the optimizer. Default: a new Adam for each fit, its learning rate falling from 0.003 to
     * 0.00001 along a cosine.
     *
     * @param trained the optimizer; what it remembers goes on from fit to fit
     * @return this builder
     */
    public B optOptimizer(Optimizer trained) {
        optimizer = Objects.requireNonNull(trained, "trained");
        return self();
    }

    /**
     * Sets what decides the weights and the order of the rows. Default: 0.
     *
     * @param number the seed
     * @return this builder
     */
    public B optSeed(long number) {
        seed = number;
        return self();
    }

    /**
     * Sets whether inputs are standardised: each number by its mean and standard deviation in the
     * log. Default: true. Targets always are.
     *
     * @param standard false for a block that wants inputs as they are
     * @return this builder
     */
    public B optStandardise(boolean standard) {
        standardise = standard;
        return self();
    }

    /**
     * Sets a symmetry of the problem to make use of. Default: none.
     *
     * @param form brings instances to their canonical form
     * @return this builder
     */
    public B optCanonical(Canonical form) {
        canonical = Objects.requireNonNull(form, "form");
        return self();
    }

    /**
     * Sets who is told how far a fit is, epoch by epoch. Default: nobody.
     *
     * @param told counts epochs
     * @return this builder
     */
    public B optProgress(Progress told) {
        progress = Objects.requireNonNull(told, "told");
        return self();
    }

    /**
     * Adds listeners to DJL's training of the predictor, its metrics included.
     *
     * @param more the listeners
     * @return this builder
     */
    public B addListeners(TrainingListener... more) {
        listeners.addAll(List.of(more));
        return self();
    }
}
