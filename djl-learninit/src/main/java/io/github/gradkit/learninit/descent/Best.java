package io.github.gradkit.learninit.descent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.learninit.internal.Scoped;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The best argument of each instance so far; of equal ones the last: near a minimum, where values
 * no longer differ, it is the nearest.
 */
final class Best {

    private final NDManager manager;
    private @Nullable NDArray argument;
    private @Nullable NDArray values;

    Best(NDManager manager) {
        this.manager = manager;
    }

    void offer(NDArray newArgument, NDArray newValues) {
        NDArray oldArgument = argument;
        NDArray oldValues = values;
        if (oldArgument == null || oldValues == null) {
            argument = owned(newArgument.duplicate());
            values = owned(newValues.duplicate());
            return;
        }
        try (NDArray better = newValues.lte(oldValues)) {
            argument = owned(Scoped.where(better, newArgument, oldArgument));
            values = owned(newValues.minimum(oldValues));
        }
        oldArgument.close();
        oldValues.close();
    }

    private NDArray owned(NDArray array) {
        array.attach(manager);
        return array;
    }

    /** Returns the arguments, owned by the manager. */
    NDArray argument() {
        if (argument == null) {
            throw new IllegalStateException("Nothing was offered yet.");
        }
        return argument;
    }

    List<Double> values() {
        if (values == null) {
            throw new IllegalStateException("Nothing was offered yet.");
        }
        List<Double> numbers = new ArrayList<>();
        for (float value : values.toFloatArray()) {
            numbers.add((double) value);
        }
        return List.copyOf(numbers);
    }
}
