package io.github.gradkit.tracin.internal;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.github.gradkit.support.data.ExampleBatch;

/**
 * Some examples with their labels.
 *
 * @param data the model's inputs, each {@code (batch, ...)}
 * @param labels the labels, each {@code (batch, ...)}; may be empty
 */
public record Sample(NDList data, NDList labels) {

    /**
     * Takes the examples of a batch.
     *
     * @param batch owns the arrays
     * @return its inputs and labels
     */
    public static Sample of(ExampleBatch batch) {
        return new Sample(batch.data(), batch.labels());
    }

    /**
     * Returns the number of examples.
     *
     * @return the size of the batch
     */
    public long size() {
        return data.head().getShape().get(0);
    }

    /** Returns one example as a batch of one, owned as the sample is. */
    Sample row(long i) {
        NDIndex one = new NDIndex().addSliceDim(i, i + 1);
        return new Sample(slice(data, one), slice(labels, one));
    }

    void attach(NDManager manager) {
        data.attach(manager);
        labels.attach(manager);
    }

    private static NDList slice(NDList arrays, NDIndex index) {
        NDList slices = new NDList();
        arrays.forEach(array -> slices.add(array.get(index)));
        return slices;
    }
}
