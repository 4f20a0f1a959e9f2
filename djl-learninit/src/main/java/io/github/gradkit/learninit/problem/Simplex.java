package io.github.gradkit.learninit.problem;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.internal.Scoped;

/** Numbers that are not negative and have a given sum. */
record Simplex(double total) implements FeasibleSet {

    private static final float TINY = 1e-30f;

    @Override
    public NDArray project(NDArray argument) {
        return Scoped.compute(argument, this::cut);
    }

    /**
     * Takes the same threshold from all numbers and cuts off below zero. Of the thresholds that
     * would give the k largest numbers the right sum, the largest is the right one.
     */
    private NDArray cut(NDArray argument) {
        NDArray flat = Scoped.flat(argument);
        // A shift of all numbers changes nothing, and keeps large ones from being rounded.
        NDArray shifted = flat.sub(flat.max(new int[] {1}, true));
        NDArray descending = shifted.neg().sort(1).neg();
        NDArray counts =
                argument.getManager()
                        .arange(1f, flat.getShape().get(1) + 1f, 1f)
                        .reshape(new Shape(1, flat.getShape().get(1)));
        NDArray thresholds = descending.cumSum(1).sub((float) total).div(counts);
        return shifted.sub(thresholds.max(new int[] {1}, true))
                .maximum(0f)
                .reshape(argument.getShape());
    }

    @Override
    public NDArray spread(NDArray uniform) {
        return Scoped.compute(uniform, this::spacings);
    }

    private NDArray spacings(NDArray uniform) {
        NDArray parts = Scoped.flat(uniform).neg().add(1).maximum(TINY).log().neg().maximum(TINY);
        return parts.div(parts.sum(new int[] {1}, true))
                .mul((float) total)
                .reshape(uniform.getShape());
    }
}
