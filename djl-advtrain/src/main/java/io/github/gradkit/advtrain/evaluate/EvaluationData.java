package io.github.gradkit.advtrain.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Sampler;
import ai.djl.translate.TranslateException;
import io.github.gradkit.advtrain.attack.AttackInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads the examples of a data set by their index, whatever its own sampler would do.
 *
 * @param dataset the data set, prepared
 */
record EvaluationData(RandomAccessDataset dataset) {

    static EvaluationData of(RandomAccessDataset dataset) {
        try {
            dataset.prepare();
        } catch (IOException e) {
            throw new UncheckedIOException("The data set can't be prepared: " + e.getMessage(), e);
        } catch (TranslateException e) {
            throw new IllegalStateException("The data set can't be prepared: " + e.getMessage(), e);
        }
        if (dataset.size() == 0) {
            throw new IllegalArgumentException(
                    "The data set holds no example, so there is no accuracy to measure. Check its"
                            + " usage and limit.");
        }
        return new EvaluationData(dataset);
    }

    static EvaluationData of(NDArray inputs, NDArray labels) {
        if (inputs.getShape().dimension() == 0 || inputs.getShape().get(0) == 0) {
            throw new IllegalArgumentException(
                    "The inputs have the shape "
                            + inputs.getShape()
                            + ", which holds no example, so there is no accuracy to measure. Pass a"
                            + " batch, (examples, ...).");
        }
        return of(
                new ArrayDataset.Builder()
                        .setData(inputs)
                        .optLabels(labels)
                        .setSampling(1, false)
                        .build());
    }

    int size() {
        return Math.toIntExact(dataset.size());
    }

    /** Reads some examples, into arrays that the manager owns. */
    AttackInput read(NDManager manager, int[] indices) {
        // Quirk of DJL 0.35: a part of an ArrayDataset, as randomSplit returns it, forgets its own
        // index table when asked for consecutive indices. With the first one twice they never are.
        boolean part = dataset instanceof ArrayDataset && dataset.getClass() != ArrayDataset.class;
        List<Long> wanted = new ArrayList<>(IntStream.of(indices).asLongStream().boxed().toList());
        if (part) {
            wanted.add(0, wanted.get(0));
        }
        try (Batch batch = open(manager, wanted)) {
            NDArray inputs = only(batch.getData(), "input", part);
            NDArray labels = only(batch.getLabels(), "label", part);
            AttackInput input =
                    AttackInput.of(inputs, labels)
                            .withIndices(IntStream.of(indices).asLongStream().toArray());
            inputs.attach(manager);
            return input;
        }
    }

    private Batch open(NDManager manager, List<Long> indices) {
        try {
            return dataset.getData(manager, new Fixed(indices)).iterator().next();
        } catch (IOException e) {
            throw new UncheckedIOException("The data set can't be read: " + e.getMessage(), e);
        } catch (TranslateException e) {
            throw new IllegalStateException("The data set can't be read: " + e.getMessage(), e);
        }
    }

    private static NDArray only(NDList arrays, String what, boolean part) {
        if (arrays.size() != 1) {
            throw new IllegalArgumentException(
                    "The examples of the data set have "
                            + arrays.size()
                            + " "
                            + what
                            + " arrays, but an attack moves one input of a known label. Use a data"
                            + " set with exactly one of each.");
        }
        return part ? arrays.head().get(new NDIndex("1:")) : arrays.head();
    }

    /** Samples one batch. */
    private record Fixed(List<Long> indices) implements Sampler {

        @Override
        public Iterator<List<Long>> sample(RandomAccessDataset sampled) {
            return List.of(indices).iterator();
        }

        @Override
        public int getBatchSize() {
            return indices.size();
        }
    }
}
