package io.github.gradkit.learninit.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.learninit.internal.Scoped;
import org.jspecify.annotations.Nullable;

/** The candidate with the lowest predicted value of each instance. */
final class Choice {

    private final PredictedValue predicted;
    private final NDList known;
    private final NDManager manager;
    private @Nullable NDArray best;
    private @Nullable NDArray lowest;

    Choice(PredictedValue predicted, NDList known) {
        this.predicted = predicted;
        this.known = known;
        manager = known.head().getManager();
    }

    /** Looks at some candidates at once, and closes them. */
    void offer(NDList candidates) {
        int count = candidates.size();
        try (NDManager scope = manager.newSubManager()) {
            NDList inputs = new NDList();
            for (NDArray array : known) {
                NDList copies = new NDList();
                for (int i = 0; i < count; i++) {
                    copies.add(Scoped.view(array, scope));
                }
                inputs.add(NDArrays.concat(copies, 0));
            }
            candidates.attach(scope);
            NDArray values = predicted.value(inputs, NDArrays.concat(candidates, 0));
            requireNumbers(values);
            NDArray table = values.reshape(count, -1);
            for (int i = 0; i < count; i++) {
                compare(candidates.get(i), table.get(i));
            }
        }
    }

    private void compare(NDArray candidate, NDArray value) {
        NDArray oldBest = best;
        NDArray oldLowest = lowest;
        if (oldBest == null || oldLowest == null) {
            best = owned(candidate.duplicate());
            lowest = owned(value.duplicate());
            return;
        }
        best = owned(Scoped.where(value.lt(oldLowest), candidate, oldBest));
        lowest = owned(value.minimum(oldLowest));
        oldBest.close();
        oldLowest.close();
    }

    private NDArray owned(NDArray array) {
        array.attach(manager);
        return array;
    }

    private static void requireNumbers(NDArray values) {
        if (values.isNaN().any().getBoolean()) {
            throw new IllegalStateException(
                    "The predictor gave NaN, so candidates can't be compared. Its training may"
                            + " have diverged: fit it with a smaller learning rate.");
        }
    }

    NDArray best() {
        if (best == null) {
            throw new IllegalStateException("No candidate was offered.");
        }
        return best;
    }
}
