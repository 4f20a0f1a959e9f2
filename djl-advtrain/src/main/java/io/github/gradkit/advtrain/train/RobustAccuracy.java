package io.github.gradkit.advtrain.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.dataset.RandomAccessDataset;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.AttackResult;
import io.github.gradkit.advtrain.attack.BlockScorer;
import io.github.gradkit.advtrain.internal.Checks;
import io.github.gradkit.support.data.ExampleBatch;
import io.github.gradkit.support.data.ExampleReader;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Measures the share of examples that an attack can't break, always on the same examples in the
 * same order.
 *
 * <p>For a quick look during training. A figure to publish needs the attacks of the evaluator: a
 * single weak attack overstates robustness.
 *
 * <p>A measurement leaves gradients, flags, running statistics and DJL's random numbers alone. The
 * cost is that of {@link Attack#perturb} on all examples.
 */
public final class RobustAccuracy {

    /** The default number of examples in a batch. */
    public static final int BATCH_DEFAULT = 128;

    private final RandomAccessDataset dataset;
    private final Attack attack;
    private final int limit;
    private final int batchSize;

    private RobustAccuracy(Builder builder, RandomAccessDataset dataset, Attack attack) {
        this.dataset = dataset;
        this.attack = attack;
        limit = builder.limit;
        batchSize = builder.batchSize;
    }

    /**
     * Starts a measure.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Measures a model.
     *
     * @param model the model
     * @return the share of examples that are classified correctly under attack, from 0 to 1
     * @throws IllegalStateException if the data set can't be read or is empty
     */
    public double measure(Model model) {
        return measure(TrainChecks.block(model), model.getNDManager());
    }

    private double measure(Block block, NDManager parent) {
        int seen = 0;
        int broken = 0;
        try (NDManager manager = parent.newSubManager();
                BlockScorer scorer = BlockScorer.of(block)) {
            Iterator<ExampleBatch> batches =
                    ExampleReader.of(dataset).batches(manager, batchSize).iterator();
            while (seen < limit && batches.hasNext()) {
                try (ExampleBatch batch = batches.next()) {
                    int take = Math.min(limit - seen, batch.size());
                    broken += broken(scorer, batch, seen, take);
                    seen += take;
                }
            }
        } catch (UncheckedIOException e) {
            throw new IllegalStateException(
                    "The examples to measure robust accuracy on can't be read: " + e.getMessage(),
                    e);
        }
        if (seen == 0) {
            throw new IllegalStateException(
                    "There are no examples to measure robust accuracy on. Pass setDataset one that"
                            + " is not empty.");
        }
        return (double) (seen - broken) / seen;
    }

    private int broken(BlockScorer scorer, ExampleBatch batch, int first, int take) {
        NDArray inputs = BatchPerturbation.onlyInput(batch.data(), batch.labels());
        NDArray labels = batch.labels().head();
        AttackInput all = AttackInput.of(inputs, labels);
        int[] some = IntStream.of(all.labels()).limit(take).toArray();
        long[] indices = LongStream.range(first, first + take).toArray();
        try (NDArray rows = inputs.get("0:" + take);
                AttackResult result =
                        attack.perturb(scorer, AttackInput.of(rows, some).withIndices(indices))) {
            return result.successCount();
        }
    }

    /** Collects the settings of a measure. */
    public static final class Builder {

        private @Nullable RandomAccessDataset dataset;
        private @Nullable Attack attack;
        private int limit = Integer.MAX_VALUE;
        private int batchSize = BATCH_DEFAULT;

        private Builder() {}

        /**
         * Sets the examples.
         *
         * @param dataset a data set with one input and one label per example; it is read in order,
         *     whatever its own sampling
         * @return this builder
         */
        public Builder setDataset(RandomAccessDataset dataset) {
            this.dataset = Objects.requireNonNull(dataset, "dataset");
            return this;
        }

        /**
         * Sets the attack.
         *
         * @param attack such as {@link io.github.gradkit.advtrain.attack.Pgd} with 5 to 10 steps
         * @return this builder
         */
        public Builder setAttack(Attack attack) {
            this.attack = Objects.requireNonNull(attack, "attack");
            return this;
        }

        /**
         * Sets how many examples to use, from the first on. Default: all.
         *
         * @param examples 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optLimit(int examples) {
            limit = Checks.atLeastOne(examples, "The number of examples");
            return this;
        }

        /**
         * Sets how many examples are attacked at once. Default: {@value #BATCH_DEFAULT}. The result
         * does not depend on it, except for rounding.
         *
         * @param batchSize 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optBatchSize(int batchSize) {
            this.batchSize = Checks.atLeastOne(batchSize, "The batch size");
            return this;
        }

        /**
         * Makes the measure.
         *
         * @return the measure
         * @throws IllegalStateException if the data set or the attack is not set
         */
        public RobustAccuracy build() {
            return new RobustAccuracy(
                    this,
                    TrainChecks.set(dataset, "examples to measure on", "setDataset"),
                    TrainChecks.set(attack, "an attack", "setAttack"));
        }
    }
}
