package io.github.gradkit.advtrain.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorOptions;
import ai.djl.util.Progress;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.internal.Checks;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Free adversarial training: each batch is replayed m times, and the backward pass of each training
 * step also moves the perturbation. No pass is spent on attacks.
 *
 * <p>It is the training set and a listener at once:
 *
 * <pre>{@code
 * FreeTraining free = FreeTraining.builder()
 *         .setDataset(trainSet)
 *         .setBall(EpsilonBall.linf(0.3).within(0, 1))
 *         .optReplays(4)
 *         .build();
 * config.addTrainingListeners(free);
 * ...
 * EasyTrain.fit(trainer, epochs / 4, free, validationSet);
 * }</pre>
 *
 * <p>The perturbation outlives a batch and is where the next one starts, row by row. The first step
 * of all is a clean one. One epoch makes m times as many steps, so train for fewer. The learning
 * rate schedule counts these steps.
 *
 * <p>In the l1 norm a step goes along a share of {@value
 * io.github.gradkit.advtrain.attack.Pgd#TRAINING_SHARE_DEFAULT} of the features, see {@link
 * io.github.gradkit.advtrain.attack.Pgd.Builder#optTopShare}.
 *
 * <p>Memory: one copy of the largest batch. One trainer, one thread, one device, on which the data
 * set must deliver its batches.
 *
 * <p>Source: A. Shafahi et al., <em>Adversarial Training for Free!</em>, NeurIPS 2019, algorithm 1.
 */
public final class FreeTraining extends TrainingListenerAdapter implements Dataset {

    /** The default number of replays. */
    public static final int REPLAYS_DEFAULT = 4;

    private final Dataset dataset;
    private final EpsilonBall ball;
    private final int replays;
    private final double stepSize;
    private @Nullable ReplayedBatches current;
    private int trainers;

    private FreeTraining(Builder builder, Dataset dataset, EpsilonBall ball) {
        this.dataset = dataset;
        this.ball = ball;
        replays = builder.replays;
        stepSize = Double.isNaN(builder.stepSize) ? ball.epsilon() : builder.stepSize;
    }

    /**
     * Starts a training.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Iterable<Batch> getData(NDManager manager) throws IOException, TranslateException {
        return replayed(dataset.getData(manager), manager);
    }

    @Override
    public Iterable<Batch> getData(NDManager manager, ExecutorService executorService)
            throws IOException, TranslateException {
        return replayed(dataset.getData(manager, executorService), manager);
    }

    private Iterable<Batch> replayed(Iterable<Batch> batches, NDManager manager) {
        if (trainers == 0) {
            throw new IllegalStateException(
                    "Free training is not among the listeners of a trainer, so it would see no"
                            + " gradient and the training would be a clean one. Call"
                            + " config.addTrainingListeners(free) before the trainer is made.");
        }
        return () -> {
            ReplayedBatches former = current;
            NDArray carried = former == null ? null : former.carriedOver();
            ReplayedBatches next =
                    new ReplayedBatches(
                            batches.iterator(), manager, ball, replays, stepSize, carried);
            current = next;
            return next;
        };
    }

    @Override
    public void prepare(Progress progress) throws IOException, TranslateException {
        dataset.prepare(progress);
    }

    @Override
    public TranslatorOptions matchingTranslatorOptions() {
        return dataset.matchingTranslatorOptions();
    }

    @Override
    public void onTrainingBegin(Trainer trainer) {
        trainers++;
    }

    /** Moves the perturbation along the gradient that the training step has just computed. */
    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
        ReplayedBatches batches = current;
        if (batches != null) {
            batches.trained(batchData.getBatch(), trainer);
        }
    }

    @Override
    public void onTrainingEnd(Trainer trainer) {
        trainers--;
        if (current != null) {
            current.close();
            current = null;
        }
    }

    /** Collects the settings of free adversarial training. */
    public static final class Builder {

        private @Nullable Dataset dataset;
        private @Nullable EpsilonBall ball;
        private int replays = REPLAYS_DEFAULT;
        private double stepSize = Double.NaN;

        private Builder() {}

        /**
         * Sets the training set.
         *
         * @param dataset with one input {@code (batch, ...)} of floating type
         * @return this builder
         */
        public Builder setDataset(Dataset dataset) {
            this.dataset = Objects.requireNonNull(dataset, "dataset");
            return this;
        }

        /**
         * Sets where perturbed inputs may lie.
         *
         * @param ball the ball
         * @return this builder
         */
        public Builder setBall(EpsilonBall ball) {
            this.ball = Objects.requireNonNull(ball, "ball");
            return this;
        }

        /**
         * Sets how often each batch is used in a row (m in the paper). Default: {@value
         * #REPLAYS_DEFAULT}.
         *
         * @param replays 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optReplays(int replays) {
            this.replays = Checks.atLeastOne(replays, "The number of replays");
            return this;
        }

        /**
         * Sets the length of a step of the perturbation. Default: epsilon.
         *
         * @param stepSize in the norm and unit of epsilon; positive
         * @return this builder
         * @throws IllegalArgumentException if it is not positive and finite
         */
        public Builder optStepSize(double stepSize) {
            this.stepSize = Checks.positive(stepSize, "The step size");
            return this;
        }

        /**
         * Makes the training.
         *
         * @return data set and listener
         * @throws IllegalStateException if the data set or the ball is not set
         */
        public FreeTraining build() {
            return new FreeTraining(
                    this,
                    TrainChecks.set(dataset, "a data set to perturb", "setDataset"),
                    TrainChecks.set(ball, "to know how far it may go", "setBall"));
        }
    }
}
