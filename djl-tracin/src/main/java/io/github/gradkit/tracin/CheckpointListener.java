package io.github.gradkit.tracin;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import io.github.gradkit.support.model.ParameterPaths;
import io.github.gradkit.support.training.BatchLoss;
import io.github.gradkit.support.training.SmoothedLoss;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Saves the checkpoints that {@link TracIn} needs while {@code EasyTrain.fit} trains.
 *
 * <p>Add it to the training configuration, after any {@code EvaluatorTrainingListener}. It only
 * reads: training is bit-identical with and without it. DJL calls its listeners after the backward
 * pass and before the update, so a checkpoint of step s is written when batch s + 1 arrives, or at
 * the end of the epoch. Running statistics, as of batch normalisation, are kept until then, so they
 * are those of step s too; only at step 0 they are those after the first batch. Each checkpoint is
 * written to a temporary file, synced and renamed: a killed process loses at most the one being
 * written.
 *
 * <p>A schedule that comes due at the very last step of a hand-written loop which never announces
 * the end of an epoch can't be seen from a listener; call {@link #saveNow} there.
 *
 * <p>A checkpoint that can't be saved, for instance because the disk is full, ends the training
 * with an {@link UncheckedIOException}: scores without it would be wrong without notice. An old one
 * that {@link Builder#optRetention} can't delete is only warned about.
 *
 * <p>Cost: one write of the model per checkpoint, and one evaluation of the loss per batch with
 * {@link CheckpointSchedule#atLossDrop}. One listener serves one trainer, in one thread.
 */
public final class CheckpointListener extends TrainingListenerAdapter {

    private final CheckpointFolder folder;
    private final CheckpointSchedule schedule;
    private final LongToDoubleFunction learningRate;
    private final OptionalLong seed;
    private final boolean append;
    private final CheckpointFolder.@Nullable Start resume;
    private final int batchesPerStep;

    private boolean started;
    private long firstStep;
    private int epoch;
    private long batches;
    private @Nullable StatisticsCopy statistics;
    private final SmoothedLoss recentLoss = new SmoothedLoss();
    private double lossReference = Double.NaN;

    private CheckpointListener(Builder builder) {
        folder =
                new CheckpointFolder(
                        Builder.required(builder.directory, "setDirectory"), builder.retention);
        schedule = Builder.required(builder.schedule, "setSchedule");
        learningRate = Builder.required(builder.learningRate, "setLearningRate");
        seed = builder.seed;
        append = builder.append;
        resume = builder.resume;
        batchesPerStep = builder.batchesPerStep;
    }

    /**
     * Returns a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns what was saved so far and is still kept.
     *
     * @return the checkpoints, by step
     */
    public List<Checkpoint> checkpoints() {
        return folder.checkpoints();
    }

    /** {@inheritDoc} */
    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
        start(trainer);
        boolean due = schedule.dueAtStep(completedSteps()) && atStepBoundary();
        if (schedule.watchesLoss()) {
            due |= lossFell(trainer, batchData);
        }
        if (due) {
            save(trainer, statistics == null ? Map.of() : statistics.arrays());
        }
        batches++;
        keepStatistics(trainer.getModel().getBlock());
    }

    /** Of the step that comes, in case it is saved when the next batch has changed them. */
    private void keepStatistics(Block block) {
        forgetStatistics();
        boolean mayBeDue = schedule.watchesLoss() || schedule.dueAtStep(completedSteps());
        if (mayBeDue && atStepBoundary()) {
            statistics = new StatisticsCopy(block);
        }
    }

    private void forgetStatistics() {
        if (statistics != null) {
            statistics.close();
            statistics = null;
        }
    }

    /** {@inheritDoc} */
    @Override
    public void onEpoch(Trainer trainer) {
        epoch++;
        boolean stepDue = started && atStepBoundary() && schedule.dueAtStep(completedSteps());
        if (stepDue || schedule.dueAtEpoch(epoch)) {
            start(trainer);
            save(trainer, Map.of());
        }
    }

    /** {@inheritDoc} */
    @Override
    public void onTrainingEnd(Trainer trainer) {
        forgetStatistics();
    }

    /**
     * Saves a checkpoint at once, whatever the schedule says.
     *
     * <p>Call it between two updates. A step that is saved already is not saved again.
     *
     * @param trainer the trainer of the training that this listener belongs to
     * @throws UncheckedIOException if the file can't be written
     */
    public void saveNow(Trainer trainer) {
        start(trainer);
        save(trainer, Map.of());
    }

    private void start(Trainer trainer) {
        if (started) {
            return;
        }
        Block block = trainer.getModel().getBlock();
        requireSameDevice(trainer, block);
        CheckpointFolder.Start start = folder.open(block, append, resume);
        firstStep = start.step();
        epoch += start.epoch();
        started = true;
    }

    private static void requireSameDevice(Trainer trainer, Block block) {
        List<Device> devices = Arrays.asList(trainer.getDevices());
        for (Map.Entry<String, Parameter> entry : ParameterPaths.of(block).entrySet()) {
            Device device = entry.getValue().getArray().getDevice();
            if (!devices.contains(device)) {
                throw new IllegalStateException(
                        "Parameter "
                                + entry.getKey()
                                + " is on "
                                + device
                                + " but the trainer trains copies on "
                                + devices
                                + ", so its saved weights would be stale: create the model on one"
                                + " of the trainer's devices");
            }
        }
    }

    private long completedSteps() {
        return firstStep + batches / batchesPerStep;
    }

    private boolean atStepBoundary() {
        return batches % batchesPerStep == 0;
    }

    private boolean lossFell(Trainer trainer, BatchData batchData) {
        double loss = BatchLoss.mean(trainer, batchData).orElse(Double.NaN);
        if (!Double.isFinite(loss)) {
            return false;
        }
        boolean settled = recentLoss.isSettled();
        recentLoss.add(loss);
        if (!settled) {
            lossReference = recentLoss.mean();
            return false;
        }
        if (!atStepBoundary() || !schedule.dueAtLoss(lossReference, recentLoss.mean())) {
            return false;
        }
        lossReference = recentLoss.mean();
        return true;
    }

    private void save(Trainer trainer, Map<String, NDArray> instead) {
        long step = completedSteps();
        if (!folder.endsWith(step)) {
            double rate = learningRate.applyAsDouble(step);
            folder.save(trainer.getModel().getBlock(), instead, step, epoch, rate, seed);
        }
    }

    /** Builds a {@link CheckpointListener}. */
    public static final class Builder {

        private @Nullable Path directory;
        private @Nullable CheckpointSchedule schedule;
        private @Nullable LongToDoubleFunction learningRate;
        private OptionalLong seed = OptionalLong.empty();
        private int retention = Integer.MAX_VALUE;
        private boolean append;
        private CheckpointFolder.@Nullable Start resume;
        private int batchesPerStep = 1;

        private Builder() {}

        /**
         * Sets the folder for the checkpoints.
         *
         * @param directory created when missing; must not hold the checkpoints of an earlier
         *     training
         * @return this builder
         */
        public Builder setDirectory(Path directory) {
            this.directory = Objects.requireNonNull(directory, "directory");
            return this;
        }

        /**
         * Sets when to save.
         *
         * @param schedule the schedule
         * @return this builder
         */
        public Builder setSchedule(CheckpointSchedule schedule) {
            this.schedule = Objects.requireNonNull(schedule, "schedule");
            return this;
        }

        /**
         * Takes the learning rate from the tracker that the optimizer uses.
         *
         * <p>Where rates differ by parameter there is no single rate in force; give the rates
         * explicitly.
         *
         * @param tracker the very object that was given to the optimizer
         * @return this builder
         */
        public Builder setLearningRate(RecordingTracker tracker) {
            Objects.requireNonNull(tracker, "tracker");
            this.learningRate = step -> tracker.inForce();
            return this;
        }

        /**
         * Gives a constant learning rate explicitly.
         *
         * @param rate the rate that the optimizer uses, finite and greater than 0
         * @return this builder
         */
        public Builder setLearningRate(double rate) {
            if (!(rate > 0) || Double.isInfinite(rate)) {
                throw new IllegalArgumentException(
                        "The learning rate must be finite and > 0, got " + rate);
            }
            this.learningRate = step -> rate;
            return this;
        }

        /**
         * Gives the learning rate explicitly, as a function of the number of updates made.
         *
         * @param rates maps a step to the rate in force there, finite and at least 0
         * @return this builder
         */
        public Builder setLearningRate(LongToDoubleFunction rates) {
            this.learningRate = Objects.requireNonNull(rates, "rates");
            return this;
        }

        /**
         * Records the seed of the training in each checkpoint.
         *
         * @param seed the seed; by default none is recorded
         * @return this builder
         */
        public Builder optSeed(long seed) {
            this.seed = OptionalLong.of(seed);
            return this;
        }

        /**
         * Keeps only the newest checkpoints.
         *
         * @param count how many to keep, at least 1; by default all are kept
         * @return this builder
         */
        public Builder optRetention(int count) {
            if (count < 1) {
                throw new IllegalArgumentException(
                        "At least 1 checkpoint must be kept, got " + count);
            }
            this.retention = count;
            return this;
        }

        /**
         * Goes on with the training whose checkpoints are in the folder.
         *
         * <p>Only steps and epochs are counted on; loading the weights is up to the program, as
         * without Gradkit. They must be those of the newest checkpoint when training begins: if a
         * trained parameter differs, the listener throws an {@code IllegalStateException}. A
         * program that saves its model at other moments tells them by {@link #optResumeAt}.
         *
         * @param append true to count steps and epochs on from the newest checkpoint found; false,
         *     the default, to refuse a folder that holds any
         * @return this builder
         */
        public Builder optAppend(boolean append) {
            this.append = append;
            this.resume = null;
            return this;
        }

        /**
         * Goes on with the training whose checkpoints are in the folder, from a given step.
         *
         * <p>Checkpoints of later steps are deleted when training begins: that stretch is made
         * again, and must not count twice. If there is one of this very step, it must hold the
         * weights of the model.
         *
         * @param step the number of updates that the model's weights have got, at least 0
         * @param epoch the number of epochs completed by then, at least 0
         * @return this builder
         */
        public Builder optResumeAt(long step, int epoch) {
            if (step < 0 || epoch < 0) {
                throw new IllegalArgumentException(
                        "The step and the epoch to resume at must be >= 0, got step "
                                + step
                                + " and epoch "
                                + epoch);
            }
            append = true;
            resume = new CheckpointFolder.Start(step, epoch);
            return this;
        }

        /**
         * Tells how many batches are accumulated for one update.
         *
         * @param batches how often your loop calls {@code trainBatch} per call of {@code step()},
         *     at least 1, the default
         * @return this builder
         */
        public Builder optBatchesPerStep(int batches) {
            if (batches < 1) {
                throw new IllegalArgumentException("Batches per step must be >= 1, got " + batches);
            }
            this.batchesPerStep = batches;
            return this;
        }

        /**
         * Builds the listener.
         *
         * @return the listener
         * @throws IllegalStateException if the folder, the schedule or the learning rate is missing
         */
        public CheckpointListener build() {
            return new CheckpointListener(this);
        }

        private static <T> T required(@Nullable T value, String setter) {
            if (value == null) {
                throw new IllegalStateException(
                        "CheckpointListener.builder()." + setter + "(...) is missing");
            }
            return value;
        }
    }
}
