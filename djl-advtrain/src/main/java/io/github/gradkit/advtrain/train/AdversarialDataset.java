package io.github.gradkit.advtrain.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorOptions;
import ai.djl.util.Progress;
import io.github.gradkit.advtrain.attack.Attack;
import java.io.IOException;
import java.util.Iterator;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A training set whose batches are attacked before each step: adversarial training with {@code
 * EasyTrain.fit} as it is.
 *
 * <pre>{@code
 * Dataset attacked = AdversarialDataset.builder()
 *         .setDataset(trainSet)
 *         .setModel(model)
 *         .setAttack(Pgd.builder().setBall(EpsilonBall.linf(0.3).within(0, 1)).optSteps(10).build())
 *         .build();
 * EasyTrain.fit(trainer, 20, attacked, validationSet);
 * }</pre>
 *
 * <p>Each batch is perturbed when the loop asks for it, with the weights of that moment, in
 * inference mode; the training step on it is in training mode as always. Parameter gradients, flags
 * and running statistics are as if there had been no attack. Order, size, progress and indices of
 * the batches are those of the data set wrapped. Use the data set itself for validation.
 *
 * <p>The cost is that of {@link Attack#adversarial}: for {@link
 * io.github.gradkit.advtrain.attack.Pgd} with k steps, k passes that are cheaper than a training
 * pass. With {@link io.github.gradkit.advtrain.attack.Fgsm#randomStart} this is fast adversarial
 * training. One trainer at a time, on one thread and one device.
 *
 * <p>Source: A. Madry et al., <em>Towards Deep Learning Models Resistant to Adversarial
 * Attacks</em>, ICLR 2018, equation 2.1.
 */
public final class AdversarialDataset implements Dataset {

    private final Dataset dataset;
    private final BatchPerturbation perturbation;
    private final double share;
    private final SplittableRandom random;

    private AdversarialDataset(
            Dataset dataset, BatchPerturbation perturbation, double share, long seed) {
        this.dataset = dataset;
        this.perturbation = perturbation;
        this.share = share;
        random = new SplittableRandom(seed);
    }

    /**
     * Starts a data set.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Iterable<Batch> getData(NDManager manager) throws IOException, TranslateException {
        return attacked(dataset.getData(manager));
    }

    @Override
    public Iterable<Batch> getData(NDManager manager, ExecutorService executorService)
            throws IOException, TranslateException {
        return attacked(dataset.getData(manager, executorService));
    }

    @Override
    public void prepare(Progress progress) throws IOException, TranslateException {
        dataset.prepare(progress);
    }

    @Override
    public TranslatorOptions matchingTranslatorOptions() {
        return dataset.matchingTranslatorOptions();
    }

    private Iterable<Batch> attacked(Iterable<Batch> batches) {
        return () -> {
            perturbation.nextRound();
            return attacked(batches.iterator());
        };
    }

    private Iterator<Batch> attacked(Iterator<Batch> batches) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return batches.hasNext();
            }

            @Override
            public Batch next() {
                Batch batch = batches.next();
                try {
                    attack(batch);
                    return batch;
                } catch (RuntimeException | Error e) {
                    batch.close();
                    throw e;
                }
            }
        };
    }

    private void attack(Batch batch) {
        NDArray clean = BatchPerturbation.onlyInput(batch);
        NDArray perturbed =
                perturbation.perturb(batch, chosen(Math.toIntExact(clean.getShape().get(0))));
        perturbed.setName(clean.getName());
        perturbed.attach(batch.getManager());
        batch.getData().set(0, perturbed);
    }

    /** Chooses as many examples as the share says, any of them being equally likely. */
    private int[] chosen(int size) {
        int[] chosen = new int[Math.toIntExact(Math.round(share * size))];
        int count = 0;
        for (int i = 0; count < chosen.length; i++) {
            if (random.nextInt(size - i) < chosen.length - count) {
                chosen[count++] = i;
            }
        }
        return chosen;
    }

    /** Collects the settings of an adversarial data set. */
    public static final class Builder extends AttackingBuilder<Builder> {

        private @Nullable Dataset dataset;
        private @Nullable Block block;
        private double share = 1;
        private long seed;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the training set.
         *
         * @param dataset with one input {@code (batch, ...)} and one label per example; it should
         *     be shuffled as always
         * @return this builder
         */
        public Builder setDataset(Dataset dataset) {
            this.dataset = Objects.requireNonNull(dataset, "dataset");
            return this;
        }

        /**
         * Sets the model that is trained.
         *
         * @param model the model, whose block has to be set already
         * @return this builder
         * @throws IllegalArgumentException if the model has no block
         */
        public Builder setModel(Model model) {
            block = TrainChecks.block(model);
            return this;
        }

        /**
         * Sets which share of each batch is perturbed; the rest stays clean. Default: 1.
         *
         * @param share above 0, at most 1; rounded to whole examples, chosen at random; only these
         *     are attacked, so a half costs half as much
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder optAdversarialShare(double share) {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException(
                        "The share of perturbed examples must be above 0 and at most 1, but was "
                                + share
                                + ". For clean training don't wrap the data set.");
            }
            this.share = share;
            return this;
        }

        /**
         * Sets what decides which examples stay clean. Default: 0.
         *
         * @param seed any number
         * @return this builder
         */
        public Builder optSeed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Makes the data set.
         *
         * @return the data set
         * @throws IllegalStateException if the data set, the model or the attack is not set, or
         *     there is a schedule for an attack that can't change
         */
        public AdversarialDataset build() {
            BatchPerturbation perturbation =
                    perturbation(TrainChecks.set(block, "the model that is trained", "setModel"));
            return new AdversarialDataset(
                    TrainChecks.set(dataset, "a data set to perturb", "setDataset"),
                    perturbation,
                    share,
                    seed);
        }
    }
}
