package io.github.gradkit.learninit.problem;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.learninit.internal.Scoped;

/** The l2 ball around 0. */
record Ball(double radius) implements FeasibleSet {

    private static final float EDGE = 1e-6f;
    private static final float TINY = 1e-30f;

    @Override
    public NDArray project(NDArray argument) {
        return Scoped.compute(
                argument,
                t -> {
                    NDArray inside = norm(t).maximum((float) radius).div((float) radius);
                    return t.div(Scoped.like(inside, t));
                });
    }

    @Override
    public NDArray spread(NDArray uniform) {
        long size = uniform.size() / Math.max(1, uniform.getShape().get(0));
        if (size == 1) {
            return Scoped.compute(uniform, u -> u.mul(2).sub(1).mul((float) radius));
        }
        return Scoped.compute(uniform, u -> fill(u, size));
    }

    /** Turns numbers into a normal vector; its direction is uniform, its length known. */
    private NDArray fill(NDArray u, long size) {
        NDArray normal =
                u.maximum(EDGE).minimum(1 - EDGE).mul(2).sub(1).erfinv().mul((float) Math.sqrt(2));
        NDArray length = norm(normal).maximum(TINY);
        NDArray distance = share(length.square(), size).pow(1f / size).mul((float) radius);
        return normal.mul(Scoped.like(distance.div(length), normal));
    }

    /** The share of normal vectors that are shorter, by Wilson and Hilferty. */
    private static NDArray share(NDArray squares, long size) {
        double spread = 2.0 / (9 * size);
        NDArray t =
                squares.div((float) size)
                        .pow(1f / 3)
                        .sub((float) (1 - spread))
                        .div((float) Math.sqrt(spread));
        NDArray bent = t.add(t.pow(3).mul(0.044715f)).mul((float) Math.sqrt(2 / Math.PI));
        return bent.tanh().add(1).div(2);
    }

    private static NDArray norm(NDArray argument) {
        return Scoped.flat(argument).square().sum(new int[] {1}).sqrt();
    }
}
