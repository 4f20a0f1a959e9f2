package io.github.gradkit.advtrain.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.RandomAccessDataset;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.support.data.ExampleBatch;
import io.github.gradkit.support.data.ExampleReader;
import java.util.stream.IntStream;

/**
 * The examples of an evaluation.
 *
 * @param reader reads them by their index
 */
record EvaluationData(ExampleReader reader) {

    static EvaluationData of(RandomAccessDataset dataset) {
        ExampleReader reader = ExampleReader.of(dataset);
        if (reader.size() == 0) {
            throw new IllegalArgumentException(
                    "The data set holds no example, so there is no accuracy to measure. Check its"
                            + " usage and limit.");
        }
        return new EvaluationData(reader);
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
        return reader.size();
    }

    /** Reads some examples, into arrays that the manager owns. */
    AttackInput read(NDManager manager, int[] indices) {
        try (ExampleBatch batch = reader.batch(manager, indices)) {
            NDArray inputs = only(batch.data(), "input");
            NDArray labels = only(batch.labels(), "label");
            AttackInput input =
                    AttackInput.of(inputs, labels)
                            .withIndices(IntStream.of(indices).asLongStream().toArray());
            inputs.attach(manager);
            return input;
        }
    }

    private static NDArray only(NDList arrays, String what) {
        if (arrays.size() != 1) {
            throw new IllegalArgumentException(
                    "The examples of the data set have "
                            + arrays.size()
                            + " "
                            + what
                            + " arrays, but an attack moves one input of a known label. Use a data"
                            + " set with exactly one of each.");
        }
        return arrays.head();
    }
}
