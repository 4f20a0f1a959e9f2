package io.github.gradkit.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import java.io.IOException;
import java.util.Iterator;

/**
 * A data set whose inputs collect gradients: what free adversarial training can't do without.
 *
 * @param dataset the data set
 */
record InputGradients(Dataset dataset) implements Dataset {

    @Override
    public Iterable<Batch> getData(NDManager manager) throws IOException, TranslateException {
        Iterable<Batch> batches = dataset.getData(manager);
        return () -> collecting(batches.iterator());
    }

    private static Iterator<Batch> collecting(Iterator<Batch> batches) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return batches.hasNext();
            }

            @Override
            public Batch next() {
                Batch batch = batches.next();
                for (NDArray input : batch.getData()) {
                    input.setRequiresGradient(true);
                }
                return batch;
            }
        };
    }

    @Override
    public void prepare(Progress progress) throws IOException, TranslateException {
        dataset.prepare(progress);
    }
}
