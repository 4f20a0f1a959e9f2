package io.github.gradkit.learninit.problem;

import ai.djl.ndarray.NDArray;

/** A closed convex set of arguments, one for each instance. */
public interface FeasibleSet {

    /**
     * Returns the nearest arguments of the set.
     *
     * @param argument the arguments, {@code (instances, ...)}, float32; not changed
     * @return a new array of the same shape, on the manager of the argument, closed by the caller
     */
    NDArray project(NDArray argument);

    /**
     * Turns independent numbers from 0 to 1 into arguments of the set: the default way to draw a
     * start.
     *
     * @param uniform numbers drawn uniformly from 0 to 1, {@code (instances, ...)}, of the shape of
     *     the arguments; not changed
     * @return a new array of the same shape, on its manager, closed by the caller
     */
    NDArray spread(NDArray uniform);
}
