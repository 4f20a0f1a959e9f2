package io.github.gradkit.adacomp.train;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Sampler;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import io.github.gradkit.adacomp.exchange.GradientExchange;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The part of one learner of a data set.
 *
 * <p>All learners shuffle the whole data set the same way, anew in each epoch, cut it into global
 * batches of {@code size * batchSize} examples, and each takes an equal run of every global batch.
 * So all have the same number of batches, no example is used twice in an epoch, and the global
 * batches are those that one learner with a batch size of {@code size * batchSize} would have. A
 * last global batch that is smaller is shared out as evenly as possible, which may leave a learner
 * with one example; if it has fewer examples than there are learners, it is left out of this epoch.
 *
 * <p>Each call of {@link #getData(NDManager)} is an epoch.
 */
public final class ShardedDataset implements Dataset {

    private final RandomAccessDataset dataset;
    private final int rank;
    private final int size;
    private final int batchSize;
    private final long seed;
    private final boolean dropLast;
    private long epoch;

    private ShardedDataset(Builder builder, RandomAccessDataset dataset) {
        this.dataset = dataset;
        rank = builder.rank;
        size = builder.size;
        batchSize = builder.batchSize;
        seed = builder.seed;
        dropLast = builder.dropLast;
        epoch = builder.firstEpoch;
    }

    /**
     * Returns a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Iterable<Batch> getData(NDManager manager) throws IOException, TranslateException {
        return getData(manager, null);
    }

    @Override
    public Iterable<Batch> getData(NDManager manager, @Nullable ExecutorService executorService)
            throws IOException, TranslateException {
        Sampler sampler = new ShardSampler(rank, size, batchSize, seed + epoch, dropLast);
        boolean part = PartBatches.concern(dataset);
        Iterable<Batch> batches =
                dataset.getData(
                        manager, part ? PartBatches.sampler(sampler) : sampler, executorService);
        epoch++;
        return part ? PartBatches.restored(batches) : batches;
    }

    /**
     * Returns the epoch that comes next, which a resumed training gives to {@link
     * Builder#optFirstEpoch}.
     *
     * @return from 0
     */
    public long nextEpoch() {
        return epoch;
    }

    @Override
    public void prepare(@Nullable Progress progress) throws IOException, TranslateException {
        dataset.prepare(progress);
    }

    /** Builds a {@link ShardedDataset}. */
    public static final class Builder {

        private @Nullable RandomAccessDataset dataset;
        private int rank;
        private int size;
        private int batchSize;
        private long seed;
        private boolean dropLast;
        private long firstEpoch;

        private Builder() {}

        /**
         * Sets the whole data set. Its own sampling is not used.
         *
         * @param dataset the data set, equal on all learners
         * @return this builder
         */
        public Builder setDataset(RandomAccessDataset dataset) {
            this.dataset = Objects.requireNonNull(dataset, "dataset");
            return this;
        }

        /**
         * Sets which part this learner gets.
         *
         * @param exchange the place of the learner in its group
         * @return this builder
         */
        public Builder setLearner(GradientExchange exchange) {
            return setLearner(exchange.rank(), exchange.size());
        }

        /**
         * Sets which part this learner gets.
         *
         * @param rank the number of the learner, from 0
         * @param size the number of learners
         * @return this builder
         * @throws IllegalArgumentException if there is no such learner
         */
        public Builder setLearner(int rank, int size) {
            if (rank < 0 || rank >= size) {
                throw new IllegalArgumentException(
                        "The rank must be from 0 to before the number of learners, but rank "
                                + rank
                                + " of "
                                + size
                                + " was given.");
            }
            this.rank = rank;
            this.size = size;
            return this;
        }

        /**
         * Sets the number of examples in a batch of one learner.
         *
         * @param examples at least 1, equal on all learners
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder setBatchSize(int examples) {
            if (examples < 1) {
                throw new IllegalArgumentException(
                        "A batch has 1 example or more, but was to have " + examples + ".");
            }
            batchSize = examples;
            return this;
        }

        /**
         * Sets the seed of the shuffles. The epoch is added to it, so seeds of trainings that are
         * to shuffle independently must be farther apart than they have epochs: multiples of a
         * large number, such as 1000000.
         *
         * @param seed any number, equal on all learners; default: 0
         * @return this builder
         */
        public Builder optSeed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Sets whether a last global batch that is smaller than the others is left out of its
         * epoch. That is for {@code BatchNorm} of flat features, with which a batch of one example
         * ends the training: the engine has no variance for it.
         *
         * @param dropLast true to leave it out, equal on all learners; default: false
         * @return this builder
         */
        public Builder optDropLast(boolean dropLast) {
            this.dropLast = dropLast;
            return this;
        }

        /**
         * Begins with a later epoch, to resume a training.
         *
         * @param epoch the number of the first epoch, from 0; default: 0
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder optFirstEpoch(long epoch) {
            if (epoch < 0) {
                throw new IllegalArgumentException(
                        "Epochs are numbered from 0, but the first was to be " + epoch + ".");
            }
            firstEpoch = epoch;
            return this;
        }

        /**
         * Builds the data set.
         *
         * @return the data set
         * @throws IllegalStateException if something required is missing
         */
        public ShardedDataset build() {
            if (dataset == null || size == 0 || batchSize == 0) {
                throw new IllegalStateException(
                        "A shard needs a data set, a learner and a batch size. Call setDataset,"
                                + " setLearner and setBatchSize.");
            }
            return new ShardedDataset(this, dataset);
        }
    }
}
