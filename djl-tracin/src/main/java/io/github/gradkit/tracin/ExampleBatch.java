package io.github.gradkit.tracin;

import ai.djl.ndarray.NDList;
import ai.djl.training.dataset.Batch;

/**
 * Some examples, read in the order that was asked for.
 *
 * @param data the inputs of the model, each {@code (batch, ...)}
 * @param labels the labels, each {@code (batch, ...)}
 * @param size the number of examples
 * @param source owns the arrays
 */
record ExampleBatch(NDList data, NDList labels, int size, Batch source) implements AutoCloseable {

    @Override
    public void close() {
        source.close();
    }
}
