package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;

/** The projection on the linf ball and a box, which is one interval for each entry. */
final class LinfClamp {

    private LinfClamp() {}

    static NDArray project(NDArray perturbation, double epsilon, NDArray lower, NDArray upper) {
        return Scratch.keep(
                perturbation.getManager(),
                () -> clamp(zeroNan(perturbation.stopGradient()), epsilon, lower, upper));
    }

    /** Adds a step along the signs of a gradient to a perturbation without NaN, and projects. */
    static NDArray climb(NDArray perturbation, NDArray gradient, double stepSize, BallBox box) {
        return Scratch.keep(
                perturbation.getManager(),
                () -> {
                    NDArray moved = SteepestStep.signs(gradient).muli(stepSize).addi(perturbation);
                    return clamp(moved, box.epsilon(), box.lower(), box.upper());
                });
    }

    private static NDArray clamp(NDArray wide, double epsilon, NDArray lower, NDArray upper) {
        NDArray radius =
                wide.getManager()
                        .create(epsilon)
                        .toType(wide.getDataType(), false)
                        .toDevice(wide.getDevice(), false);
        return wide.maximum(radius.neg()).minimum(radius).maximum(lower).minimum(upper);
    }

    private static NDArray zeroNan(NDArray array) {
        NDArray nan = array.isNaN();
        return nan.any().getBoolean() ? NDArrays.where(nan, array.zerosLike(), array) : array;
    }
}
