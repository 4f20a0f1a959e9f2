package io.github.gradkit.adacomp.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.BulkDataIterable;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Sampler;
import ai.djl.translate.Batchifier;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * Batches of a part of an {@link ArrayDataset}.
 *
 * <p>Quirk of DJL 0.35: a part, as {@code randomSplit} returns it, ignores its own index table when
 * it is read by consecutive indices, and every batch of one example is. A list whose first index
 * stands twice is never consecutive, so such batches are read that way and the first row is
 * dropped.
 */
final class PartBatches {

    private PartBatches() {}

    /** Tells whether a data set may be such a part; the class of parts is not public. */
    static boolean concern(RandomAccessDataset dataset) {
        return dataset instanceof ArrayDataset && dataset.getClass() != ArrayDataset.class;
    }

    /** Samples the same, but no consecutive indices. */
    static Sampler sampler(Sampler sampler) {
        return new Sampler() {
            @Override
            public Iterator<List<Long>> sample(RandomAccessDataset dataset) {
                return map(sampler.sample(dataset), PartBatches::notConsecutive);
            }

            @Override
            public int getBatchSize() {
                return sampler.getBatchSize();
            }
        };
    }

    /** Takes the rows that the sampler added out of the batches again. */
    static Iterable<Batch> restored(Iterable<Batch> batches) {
        return () -> map(batches.iterator(), PartBatches::restored);
    }

    private static List<Long> notConsecutive(List<Long> indices) {
        if (!BulkDataIterable.isRange(indices)) {
            return indices;
        }
        List<Long> doubled = new ArrayList<>(indices);
        doubled.add(0, indices.get(0));
        return doubled;
    }

    private static Batch restored(Batch batch) {
        List<?> indices = batch.getIndices();
        if (indices.size() < 2 || !indices.get(0).equals(indices.get(1))) {
            return batch;
        }
        return new Batch(
                batch.getManager(),
                withoutFirst(batch.getData()),
                withoutFirst(batch.getLabels()),
                batch.getSize() - 1,
                Batchifier.STACK,
                Batchifier.STACK,
                batch.getProgress(),
                batch.getProgressTotal(),
                indices.subList(1, indices.size()));
    }

    private static NDList withoutFirst(NDList arrays) {
        NDList rest = new NDList(arrays.size());
        for (NDArray array : arrays) {
            rest.add(array.get(new NDIndex("1:")));
        }
        return rest;
    }

    private static <A, B> Iterator<B> map(Iterator<A> all, Function<A, B> change) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return all.hasNext();
            }

            @Override
            public B next() {
                return change.apply(all.next());
            }
        };
    }
}
