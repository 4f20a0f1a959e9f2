package io.github.gradkit.adm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.support.data.ExampleBatch;
import io.github.gradkit.support.data.ExampleReader;
import java.util.ArrayList;
import java.util.List;

/** Reads a data set in order, as batches of images of one size. */
final class SameSizeBatches {

    private final int largest;
    private final Reader reader;
    private final List<ExampleBatch> waiting = new ArrayList<>();

    /** Takes a batch, which is closed afterwards. */
    interface Reader {
        void read(NDList data, NDList labels, NDManager working);
    }

    private SameSizeBatches(int largest, Reader reader) {
        this.largest = largest;
        this.reader = reader;
    }

    static void read(ExampleReader examples, NDManager parent, int largest, Reader reader) {
        try (NDManager manager = parent.newSubManager()) {
            SameSizeBatches batches = new SameSizeBatches(largest, reader);
            // One by one, since images of different sizes can't be read as one batch.
            for (int i = 0; i < examples.size(); i++) {
                batches.add(examples.batch(manager, i), manager);
            }
            batches.flush(manager);
        }
    }

    private void add(ExampleBatch one, NDManager manager) {
        if (waiting.size() == largest || (!waiting.isEmpty() && !fits(waiting.get(0), one))) {
            flush(manager);
        }
        waiting.add(one);
    }

    private static boolean fits(ExampleBatch first, ExampleBatch other) {
        return first.data().head().getShape().equals(other.data().head().getShape())
                && first.labels().head().getShape().equals(other.labels().head().getShape());
    }

    private void flush(NDManager manager) {
        if (waiting.isEmpty()) {
            return;
        }
        try (NDManager working = manager.newSubManager()) {
            NDList data = joined(waiting.stream().map(ExampleBatch::data).toList(), working);
            NDList labels = joined(waiting.stream().map(ExampleBatch::labels).toList(), working);
            reader.read(data, labels, working);
        } finally {
            waiting.forEach(ExampleBatch::close);
            waiting.clear();
        }
    }

    private static NDList joined(List<NDList> parts, NDManager working) {
        NDList joined = new NDList();
        for (int i = 0; i < parts.get(0).size(); i++) {
            NDList rows = new NDList();
            for (NDList part : parts) {
                rows.add(part.get(i));
            }
            NDArray all = rows.size() == 1 ? rows.head().duplicate() : NDArrays.concat(rows);
            all.attach(working);
            joined.add(all);
        }
        return joined;
    }
}
