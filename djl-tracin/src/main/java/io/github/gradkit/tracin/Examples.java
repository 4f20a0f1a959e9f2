package io.github.gradkit.tracin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.RandomAccessDataset;
import io.github.gradkit.support.data.ExampleReader;
import java.nio.FloatBuffer;
import java.util.Objects;

/**
 * Examples with a fixed order: the training or test side of an analysis.
 *
 * <p>The index of an example is its index in the data set, whatever sampler the data set trains
 * with. Data are read once or more per checkpoint, so a data set must give the same example for the
 * same index each time: leave random augmentation out of its pipeline. Nothing here is closed by an
 * analysis.
 */
public final class Examples {

    private final Source source;

    private Examples(Source source) {
        this.source = source;
    }

    /**
     * Takes the examples of a DJL data set.
     *
     * @param dataset the data set; prepared when first used, and read in index order, so its own
     *     sampler (shuffling, dropping the last batch) has no effect
     * @return the examples
     */
    public static Examples of(RandomAccessDataset dataset) {
        Objects.requireNonNull(dataset, "dataset");
        return new Examples((manager, type) -> dataset);
    }

    /**
     * Takes examples from NDArrays.
     *
     * @param data the inputs of the model, each {@code (examples, ...)}; kept open by the caller
     * @param labels the labels, each {@code (examples, ...)}; empty when the objective needs none
     * @return the examples
     */
    public static Examples of(NDList data, NDList labels) {
        if (data.isEmpty()) {
            throw new IllegalArgumentException("The data list is empty: give the model's inputs");
        }
        RandomAccessDataset dataset = arrayDataset(data, labels);
        return new Examples((manager, type) -> dataset);
    }

    /**
     * Takes examples from Java arrays, for a classifier.
     *
     * <p>They become arrays of the model's data type, with labels of type int32.
     *
     * @param features one row per example; each row has {@code exampleShape.size()} values
     * @param labels the class of each example
     * @param exampleShape the shape of one example without the batch axis, such as {@code (1, 8,
     *     8)}
     * @return the examples
     */
    public static Examples of(float[][] features, int[] labels, Shape exampleShape) {
        if (features.length != labels.length) {
            throw new IllegalArgumentException(
                    "There must be one label per example, got "
                            + features.length
                            + " examples and "
                            + labels.length
                            + " labels");
        }
        FloatBuffer values = pack(features, Math.toIntExact(exampleShape.size()));
        int[] labelCopy = labels.clone();
        Shape shape = new Shape(features.length).addAll(exampleShape);
        return new Examples(
                (manager, type) ->
                        arrayDataset(
                                new NDList(
                                        manager.create(values.duplicate(), shape)
                                                .toType(type, false)),
                                new NDList(manager.create(labelCopy))));
    }

    /**
     * Opens the examples for one analysis.
     *
     * @param manager receives what has to be created; closed by the caller
     * @param type the data type of the model
     * @return a reader
     */
    ExampleReader open(NDManager manager, DataType type) {
        return ExampleReader.of(source.open(manager, type));
    }

    private static FloatBuffer pack(float[][] features, int width) {
        FloatBuffer values = FloatBuffer.allocate(Math.multiplyExact(features.length, width));
        for (int i = 0; i < features.length; i++) {
            if (features[i].length != width) {
                throw new IllegalArgumentException(
                        "Example "
                                + i
                                + " has "
                                + features[i].length
                                + " values, expected "
                                + width);
            }
            values.put(features[i]);
        }
        return values.flip();
    }

    private static RandomAccessDataset arrayDataset(NDList data, NDList labels) {
        ArrayDataset.Builder builder =
                new ArrayDataset.Builder()
                        .setData(data.toArray(new NDArray[0]))
                        .setSampling(1, false);
        if (!labels.isEmpty()) {
            builder.optLabels(labels.toArray(new NDArray[0]));
        }
        return builder.build();
    }

    /** Where the data set comes from. */
    private interface Source {
        RandomAccessDataset open(NDManager manager, DataType type);
    }
}
