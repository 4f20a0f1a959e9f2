package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.function.Supplier;

/**
 * Arithmetic whose intermediate arrays are closed at once. Not for code of others: what it keeps
 * would be closed as well.
 */
final class Scratch {

    private Scratch() {}

    /** Runs a computation and gives its result to the manager. */
    static NDArray keep(NDManager manager, Supplier<NDArray> computation) {
        return run(
                () -> {
                    NDArray result = computation.get();
                    NDScope.unregister(result);
                    result.attach(manager);
                    return result;
                });
    }

    /** Runs a computation that results in something else than an array. */
    static <T> T run(Supplier<T> computation) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            return computation.get();
        }
    }
}
