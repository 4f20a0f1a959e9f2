package io.github.gradkit.tracin;

import ai.djl.training.dataset.Batch;
import io.github.gradkit.tracin.internal.Sample;

/**
 * Some examples, read in the order that was asked for.
 *
 * @param sample the examples
 * @param source owns the arrays
 */
record ExampleBatch(Sample sample, Batch source) implements AutoCloseable {

    int size() {
        return Math.toIntExact(sample.size());
    }

    @Override
    public void close() {
        source.close();
    }
}
