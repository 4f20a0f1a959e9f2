package io.github.gradkit.adacomp.train;

import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Sampler;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;

/** Cuts one shuffled epoch into the batches of one learner. */
record ShardSampler(int rank, int size, int batchSize, long seed, boolean dropLast)
        implements Sampler {

    @Override
    public int getBatchSize() {
        return batchSize;
    }

    @Override
    public Iterator<List<Long>> sample(RandomAccessDataset dataset) {
        int examples = Math.toIntExact(dataset.size());
        if (examples < size) {
            throw new IllegalStateException(
                    "The data set has "
                            + examples
                            + " examples for "
                            + size
                            + " learners, so some would have none. Use fewer learners.");
        }
        if (dropLast && examples < (long) size * batchSize) {
            throw new IllegalStateException(
                    "The data set has "
                            + examples
                            + " examples, but a global batch of "
                            + size
                            + " learners takes "
                            + (long) size * batchSize
                            + ", and smaller ones are left out, so there would be no batch. Use"
                            + " smaller batches or fewer learners, or leave out optDropLast.");
        }
        return new Shards(shuffled(examples));
    }

    private int[] shuffled(int examples) {
        int[] order = new int[examples];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < examples; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private final class Shards implements Iterator<List<Long>> {

        private final int[] order;
        private long next;

        Shards(int[] order) {
            this.order = order;
        }

        private long left() {
            return Math.min(order.length - next, (long) size * batchSize);
        }

        /** Returns the fewest examples of a global batch. */
        private long least() {
            return dropLast ? (long) size * batchSize : size;
        }

        @Override
        public boolean hasNext() {
            return left() >= least();
        }

        @Override
        public List<Long> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            long global = left();
            long from = next + global * rank / size;
            long to = next + global * (rank + 1) / size;
            List<Long> batch = new ArrayList<>();
            for (long i = from; i < to; i++) {
                batch.add((long) order[(int) i]);
            }
            next += global;
            return batch;
        }
    }
}
