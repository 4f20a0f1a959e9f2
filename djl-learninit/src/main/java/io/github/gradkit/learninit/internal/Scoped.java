package io.github.gradkit.learninit.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** Computes without leaving arrays behind, instance by instance. */
public final class Scoped {

    private Scoped() {}

    /**
     * Computes from one array.
     *
     * @param x the array; not changed
     * @param operation from a handle of the array to the result; what else it makes is closed. It
     *     must not return the handle itself
     * @return the result, on the manager of the array
     */
    public static NDArray compute(NDArray x, UnaryOperator<NDArray> operation) {
        NDManager target = x.getManager();
        try (NDManager scope = target.newSubManager()) {
            NDArray result = operation.apply(view(x, scope));
            result.attach(target);
            return result;
        }
    }

    /**
     * Makes another handle of an array, so that results computed from it belong to a scope.
     *
     * @param array the array
     * @param scope owns the handle
     * @return the handle; it shares the memory of the array and knows of no gradient
     */
    public static NDArray view(NDArray array, NDManager scope) {
        NDArray view = array.stopGradient();
        view.attach(scope);
        return view;
    }

    /**
     * Makes other handles of arrays, see {@link #view(NDArray, NDManager)}.
     *
     * @param arrays the arrays
     * @param scope owns the handles
     * @return the handles
     */
    public static NDList views(NDList arrays, NDManager scope) {
        NDList views = new NDList(arrays.size());
        for (NDArray array : arrays) {
            views.add(view(array, scope));
        }
        return views;
    }

    /**
     * Flattens all axes but the first.
     *
     * @param array {@code (instances, ...)}
     * @return {@code (instances, features)}, sharing the memory
     */
    public static NDArray flat(NDArray array) {
        long instances = array.getShape().get(0);
        return array.reshape(instances, array.size() / Math.max(1, instances));
    }

    /**
     * Gives numbers of instances the axes of an array, to compute with both.
     *
     * @param perInstance {@code (instances)}
     * @param array {@code (instances, ...)}
     * @return {@code (instances, 1, ...)}, sharing the memory
     */
    public static NDArray like(NDArray perInstance, NDArray array) {
        long[] axes = new long[array.getShape().dimension()];
        Arrays.fill(axes, 1);
        axes[0] = array.getShape().get(0);
        return perInstance.reshape(new Shape(axes));
    }

    /**
     * Chooses for each instance from one of two arrays.
     *
     * @param condition {@code (instances)}, boolean
     * @param yes where it is true, {@code (instances, ...)}
     * @param no where it is false, of the same shape
     * @return the choice, on the manager of {@code yes}
     */
    public static NDArray where(NDArray condition, NDArray yes, NDArray no) {
        NDManager target = yes.getManager();
        try (NDManager scope = target.newSubManager()) {
            NDArray wide = like(view(condition, scope), yes).broadcast(yes.getShape());
            NDArray chosen = NDArrays.where(wide, yes, no);
            chosen.attach(target);
            return chosen;
        }
    }
}
