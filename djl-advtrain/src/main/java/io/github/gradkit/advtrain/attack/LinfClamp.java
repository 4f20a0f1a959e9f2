package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;

/** The projection on the linf ball and a box, which is one interval for each entry. */
final class LinfClamp {

    private LinfClamp() {}

    static NDArray project(NDArray perturbation, double epsilon, NDArray lower, NDArray upper) {
        NDManager target = perturbation.getManager();
        try (NDManager scratch = target.newSubManager()) {
            NDArray detached = perturbation.stopGradient();
            detached.attach(scratch);
            NDArray radius =
                    scratch.create(epsilon)
                            .toType(detached.getDataType(), false)
                            .toDevice(detached.getDevice(), false);
            NDArray inBall = zeroNan(detached).maximum(radius.neg()).minimum(radius);
            NDArray result = inBall.maximum(lower).minimum(upper);
            result.attach(target);
            return result;
        }
    }

    private static NDArray zeroNan(NDArray array) {
        NDArray nan = array.isNaN();
        return nan.any().getBoolean() ? NDArrays.where(nan, array.zerosLike(), array) : array;
    }
}
