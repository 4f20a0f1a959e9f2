package io.github.gradkit.advtrain.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.support.gradient.GradientIsolation;
import io.github.gradkit.support.gradient.ParameterGradients;
import java.io.IOException;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A trainer whose training batches are attacked: for losses that compare clean and perturbed
 * outputs, and for weight perturbation.
 *
 * <pre>{@code
 * EpsilonBall ball = EpsilonBall.linf(0.3).within(0, 1);
 * try (Trainer trainer = AdversarialTrainer.builder()
 *         .setModel(model)
 *         .setConfig(new DefaultTrainingConfig(TradesLoss.of(6)))
 *         .setAttack(TradesLoss.attack(ball, 10, 0.06, 42))
 *         .build()) {
 *     trainer.initialize(new Shape(1, 1, 28, 28));
 *     EasyTrain.fit(trainer, 20, trainSet, validationSet);
 * }
 * }</pre>
 *
 * <p>With a {@link PairedLoss} the training outputs are the clean logits first and the perturbed
 * ones second, so an {@code Accuracy} counts clean inputs, and a {@link PerturbedAccuracy}
 * perturbed ones. With any other loss the only output is that for the perturbed inputs. Validation
 * batches are never attacked.
 *
 * <p>Data sets are passed as they are, not wrapped. Attacks run in inference mode before the
 * gradient collector of the step opens; gradients, flags and running statistics are as if there had
 * been none. The cost is that of {@link Attack#adversarial}, one more forward and backward pass for
 * a paired loss, and one more of both for weight perturbation, which also takes a copy of the
 * weights. One device, one thread.
 *
 * <p>A model loaded from a file is unfrozen as {@link Model#newTrainer} does.
 */
public final class AdversarialTrainer extends Trainer {

    private final CurrentBatch current;
    private final boolean paired;
    private final double gamma;
    private final int warmUpBatches;
    private int batches;

    private AdversarialTrainer(
            Builder builder, Model model, TrainingConfig config, BatchPerturbation perturbation) {
        super(model, config);
        current = new CurrentBatch(perturbation);
        paired = config.getLossFunction() instanceof PairedLoss;
        gamma = builder.gamma;
        warmUpBatches = builder.warmUpBatches;
    }

    /**
     * Starts a trainer.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Iterates over a data set, and remembers each batch in case it is trained on. */
    @Override
    public Iterable<Batch> iterateDataset(Dataset dataset) throws IOException, TranslateException {
        return current.follow(super.iterateDataset(dataset));
    }

    /**
     * Attacks the current batch and opens the collector of its training step.
     *
     * @return the collector
     * @throws IllegalStateException if no batch of {@link #iterateDataset} is open, or there are
     *     several devices, or the model's weights are on another one
     */
    @Override
    public GradientCollector newGradientCollector() {
        if (getDevices().length != 1) {
            throw new IllegalStateException(
                    "Adversarial training works on one device, but the trainer has "
                            + getDevices().length
                            + ". Set one with optDevices.");
        }
        TrainChecks.sameDevice(getModel().getBlock(), getDevices()[0]);
        Batch batch = current.attack(getDevices()[0]);
        WeightPerturbation weights = gamma > 0 && batches >= warmUpBatches ? ascend(batch) : null;
        batches++;
        try {
            return new StepCollector(super.newGradientCollector(), weights);
        } catch (RuntimeException | Error e) {
            if (weights != null) {
                weights.close();
            }
            throw e;
        }
    }

    /** Moves the weights towards a higher loss of the batch; gradients are left as they were. */
    private WeightPerturbation ascend(Batch batch) {
        Block block = getModel().getBlock();
        try (GradientIsolation isolation = GradientIsolation.of(block)) {
            Objects.requireNonNull(isolation);
            ParameterGradients.of(block).clear();
            NDList data = batch.getData().toDevice(getDevices()[0], false);
            NDList labels = batch.getLabels().toDevice(getDevices()[0], false);
            try (GradientCollector collector = super.newGradientCollector()) {
                collector.backward(getLoss().evaluate(labels, forward(data, labels)));
            }
            return WeightPerturbation.of(block, gamma);
        }
    }

    /**
     * Computes the outputs of a training step.
     *
     * @param data the clean inputs of the batch
     * @param labels its labels
     * @return clean and perturbed outputs for a {@link PairedLoss}, or else the perturbed ones
     * @throws IllegalStateException if there is no attacked batch
     * @throws IllegalArgumentException if the inputs are those of another batch
     */
    @Override
    public NDList forward(NDList data, NDList labels) {
        return outputs(data, inputs -> super.forward(inputs, labels));
    }

    /**
     * Computes the outputs of a training step of a block that takes no labels.
     *
     * @param data the clean inputs of the batch
     * @return as for {@link #forward(NDList, NDList)}
     */
    @Override
    public NDList forward(NDList data) {
        return outputs(data, super::forward);
    }

    private NDList outputs(NDList data, UnaryOperator<NDList> model) {
        NDList perturbed = new NDList(current.perturbed(data.head()));
        if (!paired) {
            return model.apply(perturbed);
        }
        NDArray clean = model.apply(data).singletonOrThrow();
        return new NDList(clean, model.apply(perturbed).singletonOrThrow());
    }

    /** Collects the settings of a trainer. */
    public static final class Builder extends AttackingBuilder<Builder> {

        private @Nullable Model model;
        private @Nullable TrainingConfig config;
        private double gamma;
        private int warmUpBatches;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the model to train.
         *
         * @param model the model, whose block has to be set already
         * @return this builder
         * @throws IllegalArgumentException if the model has no block
         */
        public Builder setModel(Model model) {
            TrainChecks.block(model);
            this.model = model;
            return this;
        }

        /**
         * Sets loss, optimizer, evaluators and listeners.
         *
         * @param config as for {@link Model#newTrainer}
         * @return this builder
         */
        public Builder setConfig(TrainingConfig config) {
            this.config = Objects.requireNonNull(config, "config");
            return this;
        }

        /**
         * Sets adversarial weight perturbation: gradients are taken at weights that were moved
         * towards a higher loss, and applied to the weights where they were. Default: none.
         *
         * @param gamma the length of the move relative to that of the weights, layer by layer, 0 or
         *     more; 0.005 to 0.01 is usual
         * @param warmUpBatches the number of batches before the first move, 0 or more
         * @return this builder
         * @throws IllegalArgumentException if a value is negative or gamma is not finite
         */
        public Builder optWeightPerturbation(double gamma, int warmUpBatches) {
            if (!(gamma >= 0) || Double.isInfinite(gamma)) {
                throw new IllegalArgumentException(
                        "Gamma must be 0 or more and finite, but was " + gamma + ".");
            }
            if (warmUpBatches < 0) {
                throw new IllegalArgumentException(
                        "The number of batches before the first move must be 0 or more, but was "
                                + warmUpBatches
                                + ".");
            }
            this.gamma = gamma;
            this.warmUpBatches = warmUpBatches;
            return this;
        }

        /**
         * Makes the trainer.
         *
         * @return the trainer, to be initialised and closed by the caller
         * @throws IllegalStateException if the model, the configuration or the attack is not set,
         *     or there is a schedule for an attack that can't change
         */
        public AdversarialTrainer build() {
            Model trained = TrainChecks.set(model, "a model", "setModel");
            TrainingConfig settings = TrainChecks.set(config, "a configuration", "setConfig");
            BatchPerturbation perturbation = perturbation(TrainChecks.block(trained));
            prepare(trained, settings);
            return new AdversarialTrainer(this, trained, settings, perturbation);
        }

        /** Does what {@link Model#newTrainer} does besides making a trainer. */
        private static void prepare(Model model, TrainingConfig config) {
            DefaultTrainingConfig silent = new DefaultTrainingConfig(config.getLossFunction());
            silent.optDevices(config.getDevices());
            model.newTrainer(silent).close();
            config.getInitializers().stream()
                    .filter(pair -> pair.getKey() != null && pair.getValue() != null)
                    .forEach(
                            pair ->
                                    model.getBlock()
                                            .setInitializer(pair.getKey(), pair.getValue()));
        }
    }
}
