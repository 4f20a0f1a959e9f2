package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.gradkit.support.gradient.CollectorConstants;

/**
 * The arrays that one evaluation of a loss makes on its way, closed at its end.
 *
 * <p>Closing a handle before the backward pass is safe, since torch's graph holds what it needs as
 * long as the memory is torch's own. Memory of Java is not: arrays made of Java numbers must not
 * enter the graph, other than as {@link #constants()}.
 */
final class LossScope implements AutoCloseable {

    private final NDManager owner;
    private final NDManager manager;
    private final CollectorConstants constants;

    private LossScope(NDManager owner) {
        this.owner = owner;
        this.manager = owner.newSubManager();
        this.manager.setName("segmentation loss");
        this.constants = CollectorConstants.of(manager);
    }

    /** Opens a scope whose result will belong to the manager of the scores. */
    static LossScope of(NDArray scores) {
        return new LossScope(scores.getManager());
    }

    /** Refuses arrays whose type the other operands would be rounded to. */
    static void requirePrecise(String name, NDArray array) {
        DataType type = array.getDataType();
        if (type != DataType.FLOAT32 && type != DataType.FLOAT64) {
            throw new IllegalArgumentException(
                    "The "
                            + name
                            + " has type "
                            + type
                            + ", but must be float32 or float64: weights of pixels take its type,"
                            + " and would be rounded, to 0 in whole numbers. Convert it with"
                            + " toType(DataType.FLOAT32, false).");
        }
    }

    CollectorConstants constants() {
        return constants;
    }

    /** Returns a handle whose results belong to this scope. Gradients flow through it. */
    NDArray view(NDArray array) {
        return adopt(array.reshape(array.getShape()));
    }

    /** Returns a handle whose results belong to this scope. Gradients stop at it. */
    NDArray constant(NDArray array) {
        return adopt(array.stopGradient());
    }

    /**
     * Returns a copy of a type, in torch's own memory whatever the array is made of. It may enter
     * the graph even if the array is closed before the backward pass. Gradients stop at it.
     */
    NDArray copy(NDArray array, DataType type) {
        NDArray given = constant(array);
        // Nothing to convert would make torch share the memory.
        return given.getDataType() == type ? given.duplicate() : given.toType(type, true);
    }

    private NDArray adopt(NDArray array) {
        array.attach(manager);
        return array;
    }

    /**
     * Returns the same value with twice its gradient: that of a quadratic form {@code x' M x} with
     * symmetric M, if the value was computed as {@code x' (M x)} with the product in brackets taken
     * as a constant.
     */
    NDArray twiceTheGradient(NDArray value) {
        return value.add(value.sub(constant(value)));
    }

    /** Hands a result out of this scope. */
    NDArray keep(NDArray result) {
        result.attach(owner);
        return result;
    }

    @Override
    public void close() {
        constants.close();
        manager.close();
    }
}
