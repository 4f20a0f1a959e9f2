package io.github.gradkit.learninit.problem;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.learninit.internal.Scoped;

/** A box with the same bounds for every number. */
record UniformBox(double low, double high) implements FeasibleSet {

    @Override
    public NDArray project(NDArray argument) {
        return Scoped.compute(argument, t -> t.maximum((float) low).minimum((float) high));
    }

    @Override
    public NDArray spread(NDArray uniform) {
        return Scoped.compute(
                uniform, u -> u.mul((float) (high - low)).add((float) low).minimum((float) high));
    }
}
