package io.github.gradkit.learninit.problem;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.learninit.internal.Scoped;

/** All arguments; starts come from a range. */
record FreeSet(double lowest, double highest) implements FeasibleSet {

    @Override
    public NDArray project(NDArray argument) {
        return argument.duplicate();
    }

    @Override
    public NDArray spread(NDArray uniform) {
        return Scoped.compute(uniform, u -> u.mul((float) (highest - lowest)).add((float) lowest));
    }
}
