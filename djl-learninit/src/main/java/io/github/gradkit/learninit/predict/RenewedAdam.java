package io.github.gradkit.learninit.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.training.optimizer.Optimizer;
import io.github.gradkit.learninit.internal.ClosingAdam;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adam that forgets everything from fit to fit. A new trainer for each fit would do as well, but
 * the first step of each of DJL's trainers leaves a handle of every gradient behind.
 */
final class RenewedAdam extends Optimizer implements AutoCloseable {

    private static final float RATE = 3e-3f;
    private static final float LAST_RATE = 1e-5f;

    private @Nullable ClosingAdam adam;

    RenewedAdam() {
        super(new Nothing());
    }

    /** Begins anew, with a learning rate that falls over a number of updates. */
    void renew(int updates) {
        close();
        adam = ClosingAdam.falling(RATE, LAST_RATE, updates);
    }

    /** What is remembered now. */
    List<NDArray> remembered() {
        return adam == null ? List.of() : adam.remembered();
    }

    @Override
    public void update(String parameterId, NDArray weight, NDArray grad) {
        if (adam == null) {
            throw new IllegalStateException("renew was not called");
        }
        adam.update(parameterId, weight, grad);
    }

    /** Frees what is remembered. */
    @Override
    public void close() {
        if (adam != null) {
            adam.close();
            adam = null;
        }
    }

    /** DJL's base class wants a builder. */
    private static final class Nothing extends OptimizerBuilder<Nothing> {

        @Override
        protected Nothing self() {
            return this;
        }
    }
}
