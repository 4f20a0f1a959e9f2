package io.github.gradkit.support.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;

/**
 * Some examples, read in the order that was asked for.
 *
 * @param data the inputs, each {@code (batch, ...)}
 * @param labels the labels, each {@code (batch, ...)}; may be empty
 * @param source what DJL read
 * @param owner owns the arrays, and is closed with the batch
 */
public record ExampleBatch(NDList data, NDList labels, Batch source, NDManager owner)
        implements AutoCloseable {

    /**
     * Returns the number of examples.
     *
     * @return the size of the batch axis of the first input
     */
    public int size() {
        return Math.toIntExact(data.head().getShape().get(0));
    }

    /** Closes the arrays. */
    @Override
    public void close() {
        owner.close();
    }
}
