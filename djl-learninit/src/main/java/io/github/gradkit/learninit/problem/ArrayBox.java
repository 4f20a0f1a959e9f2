package io.github.gradkit.learninit.problem;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.learninit.internal.Scoped;

/** A box with bounds of its own for every number. */
record ArrayBox(NDArray low, NDArray high) implements FeasibleSet {

    @Override
    public NDArray project(NDArray argument) {
        return Scoped.compute(argument, t -> t.maximum(low).minimum(high));
    }

    @Override
    public NDArray spread(NDArray uniform) {
        // The larger weight on the nearer bound keeps 0 and 1 exactly on the bounds.
        return Scoped.compute(
                uniform, u -> u.mul(high).add(u.neg().add(1).mul(low)).maximum(low).minimum(high));
    }
}
