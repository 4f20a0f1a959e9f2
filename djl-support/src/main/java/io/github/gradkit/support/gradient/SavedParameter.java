package io.github.gradkit.support.gradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ParameterPaths;
import org.jspecify.annotations.Nullable;

/**
 * The flags, the gradient and, for a running statistic, the values of one parameter.
 *
 * @param path the path of the parameter
 * @param parameter the parameter
 * @param array its array at the time of saving
 * @param required whether the parameter required a gradient
 * @param collected whether the array collected one
 * @param mayCollect whether the array can be made to collect one
 * @param gradient the copied gradient; {@code null} for zeros or none
 * @param values the copied values of a running statistic, else {@code null}
 */
record SavedParameter(
        String path,
        Parameter parameter,
        NDArray array,
        boolean required,
        boolean collected,
        boolean mayCollect,
        @Nullable NDArray gradient,
        @Nullable NDArray values) {

    static SavedParameter of(String path, Parameter parameter, NDManager manager) {
        NDArray array = parameter.getArray();
        boolean collected = array.hasGradient();
        boolean mayCollect = collected || canCollect(array);
        NDArray gradient = null;
        if (collected) {
            gradient = GradientStorage.read(array, manager);
        } else if (mayCollect) {
            gradient = leftOver(array, manager);
        }
        NDArray values = null;
        if (ParameterPaths.isRunningStatistic(parameter)) {
            values = copy(array, manager);
        }
        return new SavedParameter(
                path,
                parameter,
                array,
                parameter.requiresGradient(),
                collected,
                mayCollect,
                gradient,
                values);
    }

    void restore() {
        if (parameter.requiresGradient() != required) {
            parameter.freeze(!required);
        }
        if (mayCollect) {
            restoreGradient();
        }
        if (values != null) {
            array.set(new NDIndex("..."), values);
        }
    }

    private void restoreGradient() {
        try {
            array.setRequiresGradient(true);
            if (gradient != null) {
                GradientStorage.write(array, gradient);
            } else if (GradientStorage.anyNonZero(array)) {
                GradientStorage.clear(array);
            }
        } finally {
            array.setRequiresGradient(collected);
        }
    }

    String failure() {
        return "Parameter '"
                + path
                + "' could not be restored after the isolated code, so training on would start"
                + " from wrong gradients. Do not close or replace the arrays of a model inside a"
                + " gradient isolation.";
    }

    /** Tells whether a frozen array can collect at all; torch refuses some, such as integers. */
    private static boolean canCollect(NDArray array) {
        if (!array.getDataType().isFloating()) {
            return false;
        }
        try {
            array.setRequiresGradient(true);
            array.setRequiresGradient(false);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** A frozen array keeps the gradient from before it was frozen. */
    private static @Nullable NDArray leftOver(NDArray array, NDManager manager) {
        try {
            array.setRequiresGradient(true);
            return GradientStorage.anyNonZero(array) ? GradientStorage.read(array, manager) : null;
        } finally {
            array.setRequiresGradient(false);
        }
    }

    private static NDArray copy(NDArray array, NDManager manager) {
        NDArray copy = array.duplicate();
        copy.attach(manager);
        return copy;
    }
}
