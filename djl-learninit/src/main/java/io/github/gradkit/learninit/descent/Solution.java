package io.github.gradkit.learninit.descent;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * What a solver has reached.
 *
 * @param argument the best arguments seen, {@code (instances, ...)}, float32, on the manager of the
 *     start; closed by the caller
 * @param values their values, one for each instance
 * @param steps the steps made on each instance
 * @param curve the best values so far of all instances, before the first step and after each; empty
 *     unless it was asked for
 * @param cost what it took
 */
public record Solution(
        NDArray argument,
        List<Double> values,
        List<Integer> steps,
        List<List<Double>> curve,
        Cost cost) {}
