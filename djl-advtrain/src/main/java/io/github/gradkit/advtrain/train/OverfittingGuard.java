package io.github.gradkit.advtrain.train;

import ai.djl.training.Trainer;
import ai.djl.training.listener.EarlyStoppingListener.EarlyStoppedException;
import ai.djl.training.listener.TrainingListenerAdapter;
import io.github.gradkit.advtrain.internal.Checks;
import io.github.gradkit.support.gradient.ParameterGradients;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches robust accuracy, keeps the best weights, and stops when the model overfits
 * catastrophically: fast adversarial training can lose all its robustness within one epoch, while
 * its own single-step accuracy goes on rising.
 *
 * <pre>{@code
 * OverfittingGuard guard = OverfittingGuard.builder()
 *         .setAccuracy(RobustAccuracy.builder().setDataset(held).setAttack(pgd5).optLimit(500).build())
 *         .build();
 * config.addTrainingListeners(guard);
 * }</pre>
 *
 * <p>It measures at the end of each epoch (and every so many batches if asked to). When robust
 * accuracy falls by more than the allowed drop since the last measurement, the best weights are
 * restored and an {@link EarlyStoppedException} ends {@code EasyTrain.fit}. Slow robust overfitting
 * does not stop the training; call {@link #restoreBest()} at its end. Optimizer state is not
 * restored.
 *
 * <p>Each measurement is added to the trainer's metrics, if there are any, as {@value #METRIC}.
 * Memory: one copy of the parameters. One trainer at a time, one thread.
 *
 * <p>Source of the rule: E. Wong, L. Rice, J. Z. Kolter, <em>Fast is better than free: Revisiting
 * adversarial training</em>, ICLR 2020, section 5.4.
 */
public final class OverfittingGuard extends TrainingListenerAdapter implements AutoCloseable {

    /** The name of the metric. */
    public static final String METRIC = "robust_accuracy";

    /** The default of the drop that stops the training. */
    public static final double DROP_DEFAULT = 0.2;

    /** A fall from 0.9 to 0.7 is one of 0.2, not more. */
    private static final double ROUNDING = 1e-9;

    private static final Logger logger = LoggerFactory.getLogger(OverfittingGuard.class);

    private final RobustAccuracy accuracy;
    private final double drop;
    private final int everyBatches;
    private final boolean stop;
    private final List<Double> history = new ArrayList<>();
    private final BestWeights best = new BestWeights();
    private double bestAccuracy = Double.NaN;
    private double last = Double.NaN;
    private int batches;
    private int epochs;

    private OverfittingGuard(Builder builder, RobustAccuracy accuracy) {
        this.accuracy = accuracy;
        drop = builder.drop;
        everyBatches = builder.everyBatches;
        stop = builder.stop;
    }

    /**
     * Starts a guard.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** A trainer starts afresh: neither measurements nor weights of the one before count. */
    @Override
    public void onTrainingBegin(Trainer trainer) {
        close();
        history.clear();
        bestAccuracy = Double.NaN;
        last = Double.NaN;
        batches = 0;
        epochs = 0;
    }

    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
        batches++;
        if (everyBatches > 0 && batches % everyBatches == 0) {
            check(trainer);
        }
    }

    @Override
    public void onEpoch(Trainer trainer) {
        epochs++;
        check(trainer);
    }

    private void check(Trainer trainer) {
        TrainChecks.sameDevice(trainer.getModel().getBlock(), trainer.getDevices()[0]);
        double now = accuracy.measure(trainer.getModel());
        history.add(now);
        if (trainer.getMetrics() != null) {
            trainer.getMetrics().addMetric(METRIC, now);
        }
        boolean collapsed = collapsed(last, now, drop);
        last = now;
        if (collapsed) {
            goBack(trainer, now);
        } else if (!(now <= bestAccuracy)) {
            bestAccuracy = now;
            best.keep(trainer.getModel());
        }
    }

    /**
     * Tells whether robust accuracy has collapsed between two measurements.
     *
     * @param before the measurement before, from 0 to 1, or NaN if there was none
     * @param now the measurement, from 0 to 1
     * @param drop the largest fall that is not a collapse
     * @return true if it fell by more than the drop
     */
    public static boolean collapsed(double before, double now, double drop) {
        return before - now > drop + ROUNDING;
    }

    private void goBack(Trainer trainer, double now) {
        restoreBest();
        // What the batch at hand computed belongs to weights that are gone.
        ParameterGradients.of(trainer.getModel().getBlock()).clear();
        last = bestAccuracy;
        String message =
                String.format(
                        Locale.ROOT,
                        "Robust accuracy fell to %.3f after %d epochs and %d batches, by more than"
                                + " the allowed drop of %.3f: catastrophic overfitting. The"
                                + " weights with the best robust accuracy, %.3f, are restored. Use"
                                + " a shorter attack step, more steps, or a smaller epsilon.",
                        now,
                        epochs,
                        batches,
                        drop,
                        bestAccuracy);
        if (stop) {
            throw new EarlyStoppedException(epochs, message);
        }
        logger.warn(message);
    }

    /**
     * Gives the model the weights, and running statistics, of its best measurement.
     *
     * @throws IllegalStateException if nothing was measured yet, or the model is closed
     */
    public void restoreBest() {
        if (!best.isKept()) {
            throw new IllegalStateException(
                    "There are no weights to go back to: no epoch was measured, or the model or"
                            + " the guard is closed.");
        }
        best.restore();
    }

    /**
     * Returns all measurements.
     *
     * @return from 0 to 1, in the order of time; a copy
     */
    public List<Double> history() {
        return List.copyOf(history);
    }

    /**
     * Returns the best measurement.
     *
     * @return from 0 to 1, or NaN if there is none
     */
    public double bestAccuracy() {
        return bestAccuracy;
    }

    /** Frees the copy of the weights. Closing again does nothing. */
    @Override
    public void close() {
        best.close();
    }

    /** Collects the settings of a guard. */
    public static final class Builder {

        private @Nullable RobustAccuracy accuracy;
        private double drop = DROP_DEFAULT;
        private int everyBatches;
        private boolean stop = true;

        private Builder() {}

        /**
         * Sets how to measure.
         *
         * @param accuracy on examples that are not trained on, best some hundreds of them
         * @return this builder
         */
        public Builder setAccuracy(RobustAccuracy accuracy) {
            this.accuracy = Objects.requireNonNull(accuracy, "accuracy");
            return this;
        }

        /**
         * Sets how far robust accuracy may fall between two measurements. Default: {@value
         * #DROP_DEFAULT}.
         *
         * @param drop above 0, below 1
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder optDrop(double drop) {
            if (!(drop > 0 && drop < 1)) {
                throw new IllegalArgumentException(
                        "The drop must lie between 0 and 1, but was "
                                + drop
                                + ". It is a difference of accuracies.");
            }
            this.drop = drop;
            return this;
        }

        /**
         * Also measures during epochs. Default: only at their end.
         *
         * @param batches the number of batches between measurements, 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optEveryBatches(int batches) {
            everyBatches = Checks.atLeastOne(batches, "The number of batches");
            return this;
        }

        /**
         * Sets whether a collapse ends the training. Default: true. If false, the best weights are
         * restored, a warning is logged and the training goes on.
         *
         * @param stop whether to throw an {@link EarlyStoppedException}
         * @return this builder
         */
        public Builder optStop(boolean stop) {
            this.stop = stop;
            return this;
        }

        /**
         * Makes the guard.
         *
         * @return the guard
         * @throws IllegalStateException if there is no measure
         */
        public OverfittingGuard build() {
            return new OverfittingGuard(
                    this, TrainChecks.set(accuracy, "a measure of robustness", "setAccuracy"));
        }
    }
}
