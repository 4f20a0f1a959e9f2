package io.github.gradkit.support.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Sampler;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Reads examples by their index in the data set.
 *
 * <p>The sampling of the data set is passed over, so a shuffled one is read in order and DJL's
 * random numbers are left alone.
 *
 * <p>Quirk of DJL 0.35: a part of an {@code ArrayDataset}, as {@code randomSplit} returns it,
 * ignores its own index table when it is read by consecutive indices. A list whose first index
 * stands twice is never consecutive, so such data sets are read that way and the first row is
 * dropped.
 */
public final class ExampleReader {

    private final RandomAccessDataset dataset;

    private ExampleReader(RandomAccessDataset dataset) {
        this.dataset = dataset;
    }

    /**
     * Prepares a data set and opens it.
     *
     * @param dataset the data set
     * @return a reader; nothing has to be closed
     * @throws UncheckedIOException if the data set can't be read
     * @throws IllegalStateException if an example can't be translated
     */
    public static ExampleReader of(RandomAccessDataset dataset) {
        try {
            dataset.prepare();
        } catch (IOException e) {
            throw new UncheckedIOException("The data set can't be prepared: " + e.getMessage(), e);
        } catch (TranslateException e) {
            throw new IllegalStateException("The data set can't be prepared: " + e.getMessage(), e);
        }
        return new ExampleReader(dataset);
    }

    /**
     * Returns the number of examples.
     *
     * @return 0 or more
     */
    public int size() {
        return Math.toIntExact(dataset.size());
    }

    /**
     * Reads all examples in order.
     *
     * @param manager owns each batch until it is closed; the examples are moved to its device
     * @param batchSize the number of examples of a batch, 1 or more; the last one may be smaller
     * @return the batches, read one after the other, and anew each time it is passed over
     * @throws IllegalArgumentException if the batch size is below 1
     * @throws UncheckedIOException if the data set can't be read
     * @throws IllegalStateException if an example can't be translated
     */
    public Iterable<ExampleBatch> batches(NDManager manager, int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException(
                    "A batch of "
                            + batchSize
                            + " examples would never reach the end of the data set. Pass a batch"
                            + " size of 1 or more.");
        }
        return () -> read(manager, consecutive(size(), batchSize));
    }

    /** Adds to an index no more than is left, so that no batch size is too large for an int. */
    private static Iterator<int[]> consecutive(int size, int batchSize) {
        IntUnaryOperator end = from -> from + Math.min(batchSize, size - from);
        return IntStream.iterate(0, from -> from < size, end)
                .mapToObj(from -> IntStream.range(from, end.applyAsInt(from)).toArray())
                .iterator();
    }

    /**
     * Reads some examples as one batch.
     *
     * @param manager owns the batch until it is closed; the examples are moved to its device
     * @param indices the examples, in any order; at least one
     * @return the examples in the order of the indices
     * @throws UncheckedIOException if the data set can't be read
     * @throws IllegalStateException if an example can't be translated
     */
    public ExampleBatch batch(NDManager manager, int... indices) {
        // DJL's iterator is closed at its end, which is not reached here.
        NDManager owner = manager.newSubManager();
        try {
            ExampleBatch batch = read(owner, List.of(indices).iterator()).next();
            return new ExampleBatch(batch.data(), batch.labels(), batch.source(), owner);
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    /**
     * Picks indices spread evenly, since the beginning of a data set may not be typical.
     *
     * @param size how many there are to pick from
     * @param count how many to pick at most; 1 or more
     * @return ascending indices below {@code size}, the first and the last among them if there are
     *     two or more
     */
    public static int[] spread(int size, int count) {
        int picked = Math.min(count, size);
        return IntStream.range(0, picked)
                .map(i -> picked == 1 ? 0 : Math.toIntExact(i * (size - 1L) / (picked - 1)))
                .toArray();
    }

    private Iterator<ExampleBatch> read(NDManager manager, Iterator<int[]> indices) {
        boolean doubled =
                dataset instanceof ArrayDataset && dataset.getClass() != ArrayDataset.class;
        Iterator<Batch> batches = open(manager, new Lists(indices, doubled));
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
                return new ExampleBatch(
                        here(data, batch), here(labels, batch), batch, batch.getManager());
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

    /** Moves to the device of the batch's manager, as a trainer does; the same arrays if there. */
    private static NDList here(NDList arrays, Batch batch) {
        NDManager owner = batch.getManager();
        NDList moved = new NDList();
        for (NDArray array : arrays) {
            NDArray one = array.toDevice(owner.getDevice(), false);
            if (one != array) {
                one.attach(owner);
            }
            moved.add(one);
        }
        return moved;
    }

    private static NDList withoutFirst(NDList arrays) {
        NDList rest = new NDList();
        for (NDArray array : arrays) {
            rest.add(array.get(new NDIndex("1:")));
        }
        return rest;
    }

    /** Indices as DJL takes them, the first one of each list twice if need be. */
    private record Lists(Iterator<int[]> indices, boolean doubled) implements Iterator<List<Long>> {

        @Override
        public boolean hasNext() {
            return indices.hasNext();
        }

        @Override
        public List<Long> next() {
            List<Long> list = new ArrayList<>();
            for (long index : indices.next()) {
                if (doubled && list.isEmpty()) {
                    list.add(index);
                }
                list.add(index);
            }
            return list;
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
}
