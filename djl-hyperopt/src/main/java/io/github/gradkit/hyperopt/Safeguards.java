package io.github.gradkit.hyperopt;

import java.util.OptionalInt;

/**
 * Limits on what a tower may do to its hyperparameters and to the weights. All are off by default:
 * the paper has none. Immutable.
 *
 * <p>Two more limits belong to a single hyperparameter: {@link UpdateRule#bound bounds}, and a
 * {@link UpdateRule#parametrize parametrization} such as {@link Parametrization#LOG} under which no
 * learning rate becomes negative.
 */
public final class Safeguards {

    private final double hypergradientClip;
    private final boolean cosine;
    private final double maxRelativeChange;
    private final boolean skipNonFinite;
    private final long freezeAfterSteps;
    private final double lossSpike;
    private final int snapshotEverySteps;

    private Safeguards(Builder builder) {
        hypergradientClip = builder.hypergradientClip;
        cosine = builder.cosine;
        maxRelativeChange = builder.maxRelativeChange;
        skipNonFinite = builder.skipNonFinite;
        freezeAfterSteps = builder.freezeAfterSteps;
        lossSpike = builder.lossSpike;
        snapshotEverySteps = builder.snapshotEverySteps;
    }

    /**
     * Returns no safeguards at all, the default of a tower.
     *
     * @return all off
     */
    public static Safeguards none() {
        return builder().build();
    }

    /**
     * Returns what is worth having in a training nobody watches: steps with numbers that are not
     * finite are skipped, and no hyperparameter changes by more than a tenth in one step.
     *
     * @return these two
     */
    public static Safeguards recommended() {
        return builder().optSkipNonFinite(true).optMaxRelativeChange(0.1).build();
    }

    /**
     * Returns a builder with everything off.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    double clip(double hypergradient) {
        // Not by min and max of the clip: NaN must stay visible.
        return Math.abs(hypergradient) > hypergradientClip
                ? Math.copySign(hypergradientClip, hypergradient)
                : hypergradient;
    }

    boolean cosine() {
        return cosine;
    }

    double maxRelativeChange() {
        return maxRelativeChange;
    }

    boolean skipNonFinite() {
        return skipNonFinite;
    }

    boolean isFrozenAt(long step) {
        return step > freezeAfterSteps;
    }

    double lossSpike() {
        return lossSpike;
    }

    /** How often to take a snapshot to go back to; empty if there is no going back. */
    OptionalInt snapshotEverySteps() {
        return Double.isFinite(lossSpike)
                ? OptionalInt.of(snapshotEverySteps)
                : OptionalInt.empty();
    }

    /** Builds {@link Safeguards}. */
    public static final class Builder {

        private double hypergradientClip = Double.POSITIVE_INFINITY;
        private boolean cosine;
        private double maxRelativeChange = Double.POSITIVE_INFINITY;
        private boolean skipNonFinite;
        private long freezeAfterSteps = Long.MAX_VALUE;
        private double lossSpike = Double.POSITIVE_INFINITY;
        private int snapshotEverySteps = 1;

        private Builder() {}

        /**
         * Limits the size of every hypergradient, at every level.
         *
         * @param limit the largest absolute value, finite and more than 0
         * @return this builder
         * @throws IllegalArgumentException if the limit is out of range
         */
        public Builder optHypergradientClip(double limit) {
            requirePositive("The hypergradient clip", limit);
            hypergradientClip = limit;
            return this;
        }

        /**
         * Replaces the hypergradient of each hyperparameter of the base by a cosine: that of the
         * gradient and of the derivative of the last update by the hyperparameter. It lies between
         * -1 and 1 whatever the size of the model and the loss, so one rate of the level above fits
         * all. It is taken by the value of the hyperparameter, not by its raw number.
         *
         * <p>Cost: the lengths take about as many passes over the weights again as the
         * hypergradients.
         *
         * @param cosine whether to do so; default: no
         * @return this builder
         */
        public Builder optCosine(boolean cosine) {
            this.cosine = cosine;
            return this;
        }

        /**
         * Limits how much the value of a tuned hyperparameter may change in one step. A change that
         * was limited, by this or by a {@link UpdateRule#bound bound}, did not depend on the
         * hyperparameters of the level above, and does not tune them.
         *
         * @param share the largest change as a share of the value before, finite and more than 0;
         *     0.1 means ten per cent. A value of exactly 0 can't move then
         * @return this builder
         * @throws IllegalArgumentException if the share is out of range
         */
        public Builder optMaxRelativeChange(double share) {
            requirePositive("The largest relative change", share);
            maxRelativeChange = share;
            return this;
        }

        /**
         * Leaves out steps in which a gradient is not finite: weights, memory of the optimizers and
         * hyperparameters stay as they were, the gradients are cleared, and {@link
         * HyperTower#skippedSteps()} counts it.
         *
         * <p>If the gradients are finite but a hypergradient overflows, only the tuning of that
         * step is left out, and counted by {@link HyperTower#skippedTunings()}. Until the set of
         * parameters is known (in the first step, without a {@link TowerListener}) a parameter with
         * such a gradient is left out by itself.
         *
         * <p>The forward pass of a bad batch also spoils running statistics, such as those of batch
         * normalisation, and later batches never mend a NaN. A {@link TowerListener} puts back
         * those of before the batch if they are not finite any more, on the device of the model;
         * without one they stay spoilt.
         *
         * <p>Cost: one more pass over the gradients per step, and they are held twice while a step
         * is made.
         *
         * @param skip whether to do so; default: no
         * @return this builder
         */
        public Builder optSkipNonFinite(boolean skip) {
            skipNonFinite = skip;
            return this;
        }

        /**
         * Stops tuning after some steps; the hyperparameters then keep their last values.
         *
         * @param steps the number of steps with tuning, at least 1
         * @return this builder
         * @throws IllegalArgumentException if the number is less than 1
         */
        public Builder optFreezeAfter(long steps) {
            if (steps < 1) {
                throw new IllegalArgumentException(
                        "Tuning can stop after 1 step or more, but was to stop after "
                                + steps
                                + ". To tune nothing, build a tower without tunedBy.");
            }
            freezeAfterSteps = steps;
            return this;
        }

        /**
         * Goes back when the loss of a batch is not finite, or larger than the mean of recent
         * batches by a factor: weights, memory of the optimizers and hyperparameters become those
         * of the last snapshot, the alpha of the base is halved, and the step is left out. {@link
         * HyperTower#reverts()} counts it. The first snapshot is that of the weights before the
         * first step. After three returns in a row a larger loss is taken as the new normal, and
         * one that is not finite ends the training. Needs a {@link TowerListener}, which sees the
         * loss, or calls of {@link HyperTower#reportLoss}.
         *
         * <p>In the first ten batches the mean is not known well enough, and only a loss that is
         * not finite counts.
         *
         * <p>A {@link TowerListener} also puts running statistics, such as those of batch
         * normalisation, back to where they were before the batch, on the device of the model.
         *
         * <p>Cost: one copy of the weights and of the memory of the optimizers, renewed every so
         * many steps, and one evaluation of the loss per batch.
         *
         * @param factor the factor, finite and more than 1
         * @param everySteps how many steps lie between two snapshots, at least 1
         * @return this builder
         * @throws IllegalArgumentException if a number is out of range
         */
        public Builder optRevertOnLossSpike(double factor, int everySteps) {
            if (!(factor > 1) || Double.isInfinite(factor)) {
                throw new IllegalArgumentException(
                        "The factor that makes a loss a spike must be finite and more than 1, but"
                                + " was "
                                + factor
                                + ".");
            }
            if (everySteps < 1) {
                throw new IllegalArgumentException(
                        "Snapshots must be at least 1 step apart, but were to be "
                                + everySteps
                                + " apart.");
            }
            lossSpike = factor;
            snapshotEverySteps = everySteps;
            return this;
        }

        private static void requirePositive(String what, double value) {
            if (!(value > 0) || Double.isInfinite(value)) {
                throw new IllegalArgumentException(
                        what + " must be a finite number more than 0, but was " + value + ".");
            }
        }

        /**
         * Builds the safeguards.
         *
         * @return the safeguards
         */
        public Safeguards build() {
            return new Safeguards(this);
        }
    }
}
