package io.github.gradkit.tracin.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** What is kept of one layer's gradients for a batch of examples: factored, or formed. */
public sealed interface Factor {

    /**
     * Returns the arrays.
     *
     * @return all arrays of the factor
     */
    List<NDArray> arrays();

    /**
     * Moves the arrays to a manager.
     *
     * @param manager the new owner
     */
    default void attach(NDManager manager) {
        arrays().forEach(array -> array.attach(manager));
    }

    /**
     * Factored gradients: each example's gradient is the sum over positions of error times input.
     *
     * <p>A bias is an input that is always 1: where the layer has a trained bias, {@code inputs}
     * ends in a column of ones.
     *
     * @param inputs {@code (batch, groups, positions, inputs)}
     * @param errors {@code (batch, groups, positions, outputs)}
     */
    record Positions(NDArray inputs, NDArray errors) implements Factor {
        @Override
        public List<NDArray> arrays() {
            return List.of(inputs, errors);
        }
    }

    /**
     * Formed gradients, one row per example, in parts that need not be joined.
     *
     * @param parts each {@code (batch, parameters)}; both sides of a comparison have the same parts
     */
    record Rows(List<NDArray> parts) implements Factor {
        @Override
        public List<NDArray> arrays() {
            return parts;
        }
    }
}
