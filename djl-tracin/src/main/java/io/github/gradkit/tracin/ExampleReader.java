package io.github.gradkit.tracin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Sampler;
import ai.djl.translate.TranslateException;
import io.github.gradkit.tracin.internal.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Reads examples by index.
 *
 * <p>Quirk of DJL 0.35: a part of an {@code ArrayDataset}, as {@code randomSplit} returns it,
 * ignores its own index table when it is read by consecutive indices. A list whose first index
 * stands twice is never consecutive, so such data sets are read that way and the first row is
 * dropped.
 *
 * @param dataset the data set, prepared
 */
record ExampleReader(RandomAccessDataset dataset) {

    int size() {
        return Math.toIntExact(dataset.size());
    }

    /** Reads all examples in order; each batch belongs to {@code manager} until it is closed. */
    Iterable<ExampleBatch> batches(NDManager manager, int batchSize) {
        int size = size();
        Iterator<List<Long>> indices =
                IntStream.range(0, (size + batchSize - 1) / batchSize)
                        .mapToObj(
                                b ->
                                        range(
                                                b * (long) batchSize,
                                                Math.min(size, (b + 1L) * batchSize)))
                        .iterator();
        return () -> read(manager, indices);
    }

    private static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    /** Reads some examples as one batch, which belongs to {@code manager}. */
    ExampleBatch batch(NDManager manager, List<Long> indices) {
        return read(manager, List.of(indices).iterator()).next();
    }

    /** Picks examples spread over the data set, since its beginning may not be typical. */
    List<Long> spread(int count) {
        long last = size() - 1L;
        int picked = Math.min(count, size());
        return LongStream.range(0, picked)
                .map(i -> picked == 1 ? 0 : i * last / (picked - 1))
                .boxed()
                .toList();
    }

    private Iterator<ExampleBatch> read(NDManager manager, Iterator<List<Long>> indices) {
        boolean doubled =
                dataset instanceof ArrayDataset && dataset.getClass() != ArrayDataset.class;
        Iterator<Batch> batches = open(manager, doubled ? doubleFirst(indices) : indices);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return batches.hasNext();
            }

            @Override
            public ExampleBatch next() {
                Batch batch = batches.next();
                NDList data = doubled ? withoutFirst(batch.getData()) : batch.getData();
                NDList labels = doubled ? withoutFirst(batch.getLabels()) : batch.getLabels();
                return new ExampleBatch(new Sample(data, labels), batch);
            }
        };
    }

    private Iterator<Batch> open(NDManager manager, Iterator<List<Long>> indices) {
        try {
            return dataset.getData(manager, new IndexSampler(indices)).iterator();
        } catch (IOException e) {
            throw new UncheckedIOException("The data set can't be read: " + e.getMessage(), e);
        } catch (TranslateException e) {
            throw new IllegalStateException("The data set can't be read: " + e.getMessage(), e);
        }
    }

    /** Samples what it is told to. */
    private record IndexSampler(Iterator<List<Long>> indices) implements Sampler {

        @Override
        public Iterator<List<Long>> sample(RandomAccessDataset sampled) {
            return indices;
        }

        @Override
        public int getBatchSize() {
            return -1;
        }
    }

    private static Iterator<List<Long>> doubleFirst(Iterator<List<Long>> indices) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return indices.hasNext();
            }

            @Override
            public List<Long> next() {
                List<Long> doubled = new ArrayList<>(indices.next());
                doubled.add(0, doubled.get(0));
                return doubled;
            }
        };
    }

    private static NDList withoutFirst(NDList arrays) {
        NDList rest = new NDList();
        for (NDArray array : arrays) {
            rest.add(array.get(new NDIndex("1:")));
        }
        return rest;
    }
}
