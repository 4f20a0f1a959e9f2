package io.github.gradkit.learninit.explain;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.learninit.descent.Cost;
import java.util.List;

/**
 * The explanations of a batch of inputs.
 *
 * @param changes the changes, {@code (instances, ...)}, float32, on the manager of the inputs; 0
 *     where nothing was found
 * @param rows what is to be said of each input
 * @param curve the lowest value found so far of all inputs, at the start and after each step of all
 *     searches, infinite before one is found; empty unless the solver keeps curves
 * @param cost what it took, the start included
 */
public record Explanations(
        NDArray changes, List<Explanation> rows, List<List<Double>> curve, Cost cost)
        implements AutoCloseable {

    /**
     * Returns the share of inputs that have an explanation.
     *
     * @return from 0 to 1
     */
    public double foundRate() {
        return (double) rows.stream().filter(Explanation::found).count() / rows.size();
    }

    /** Closes the changes. */
    @Override
    public void close() {
        changes.close();
    }
}
