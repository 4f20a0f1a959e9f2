package io.github.gradkit.support.gradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.HashMap;
import java.util.Map;

/**
 * Constants that are safe to compute with inside a gradient collector.
 *
 * <p>{@code x.mul(7f)} and its like put the number into a Java direct buffer and drop it at once,
 * while torch's graph goes on pointing at that memory. If the Java garbage collector runs between
 * the forward and the backward pass, the memory is used for something else and the gradient is
 * wrong, without any error. The constants here live in torch's own memory, which the graph keeps
 * alive:
 *
 * <pre>{@code
 * try (CollectorConstants constants = CollectorConstants.of(manager);
 *         GradientCollector collector = manager.getEngine().newGradientCollector()) {
 *     NDArray loss = constants.mul(block.forward(...).head().sum(), 0.5);
 *     collector.backward(loss);
 * }
 * }</pre>
 *
 * <p>Open them before the collector and close them after the backward pass. Results are attached as
 * Deep Java Library does, to the manager of the array operated on. A constant has the data type of
 * its partner, so that nothing is promoted. Not safe for use by several threads at once.
 */
public final class CollectorConstants implements AutoCloseable {

    private final NDManager manager;
    private final Map<Key, NDArray> constants = new HashMap<>();

    private CollectorConstants(NDManager manager) {
        this.manager = manager;
    }

    /**
     * Opens a set of constants.
     *
     * @param parent the manager that the set closes with at the latest; its device is the device of
     *     the constants
     * @return the set, to be closed after the backward pass
     */
    public static CollectorConstants of(NDManager parent) {
        NDManager manager = parent.newSubManager();
        manager.setName("collector constants");
        return new CollectorConstants(manager);
    }

    /**
     * Returns a constant.
     *
     * @param value the value; for an integer type a whole number in its range
     * @param type the data type, a floating or integer type
     * @return an array of shape {@code ()}, the same one for the same value and type; owned by this
     *     set, not to be closed or changed
     * @throws IllegalArgumentException if the type is neither floating nor integer, or is integer
     *     and cannot hold the value
     * @throws IllegalStateException if this set is closed
     */
    public NDArray scalar(double value, DataType type) {
        if (!manager.isOpen()) {
            throw new IllegalStateException(
                    "These constants are closed. Open them before the gradient collector and close"
                            + " them after the backward pass.");
        }
        // Bits, not values, so that -0.0 and 0.0 are two constants and NaN is one.
        Key key = new Key(Double.doubleToLongBits(value), type);
        return constants.computeIfAbsent(key, k -> create(value, type));
    }

    private NDArray create(double value, DataType type) {
        WholeNumbers.requireFit(value, type);
        try (NDArray buffered = manager.create(value);
                NDArray typed = buffered.toType(type, true)) {
            // The copy is what moves the value from the Java buffer into torch's own memory.
            NDArray constant = typed.duplicate();
            constant.attach(manager);
            return constant;
        }
    }

    /**
     * Returns {@code x * c}.
     *
     * @param x an array
     * @param c the factor
     * @return the product, of the shape and data type of {@code x}, on its manager
     * @throws IllegalArgumentException if the data type of {@code x} cannot hold {@code c}
     */
    public NDArray mul(NDArray x, double c) {
        return x.mul(scalar(c, x.getDataType()));
    }

    /**
     * Returns {@code x / c}.
     *
     * @param x an array of floating type
     * @param c the divisor
     * @return the quotient, of the shape and data type of {@code x}, on its manager
     * @throws IllegalArgumentException if the data type of {@code x} cannot hold {@code c}
     */
    public NDArray div(NDArray x, double c) {
        return x.div(scalar(c, x.getDataType()));
    }

    /**
     * Returns {@code x + c}.
     *
     * @param x an array
     * @param c the summand
     * @return the sum, of the shape and data type of {@code x}, on its manager
     * @throws IllegalArgumentException if the data type of {@code x} cannot hold {@code c}
     */
    public NDArray add(NDArray x, double c) {
        return x.add(scalar(c, x.getDataType()));
    }

    /**
     * Returns {@code x - c}.
     *
     * @param x an array
     * @param c the number to take away
     * @return the difference, of the shape and data type of {@code x}, on its manager
     * @throws IllegalArgumentException if the data type of {@code x} cannot hold {@code c}
     */
    public NDArray sub(NDArray x, double c) {
        return x.sub(scalar(c, x.getDataType()));
    }

    /**
     * Returns {@code x} to the power of {@code c}.
     *
     * @param x an array
     * @param c the exponent
     * @return the power, of the shape and data type of {@code x}, on its manager
     * @throws IllegalArgumentException if the data type of {@code x} cannot hold {@code c}
     */
    public NDArray pow(NDArray x, double c) {
        return x.pow(scalar(c, x.getDataType()));
    }

    /**
     * Returns the larger of {@code x} and {@code c} in every place.
     *
     * @param x an array
     * @param c the lower bound
     * @return the maximum, of the shape and data type of {@code x}, on its manager; where both are
     *     equal, half of the gradient goes to {@code x}
     * @throws IllegalArgumentException if the data type of {@code x} cannot hold {@code c}
     */
    public NDArray maximum(NDArray x, double c) {
        return x.maximum(scalar(c, x.getDataType()));
    }

    /**
     * Returns the smaller of {@code x} and {@code c} in every place.
     *
     * @param x an array
     * @param c the upper bound
     * @return the minimum, of the shape and data type of {@code x}, on its manager; where both are
     *     equal, half of the gradient goes to {@code x}
     * @throws IllegalArgumentException if the data type of {@code x} cannot hold {@code c}
     */
    public NDArray minimum(NDArray x, double c) {
        return x.minimum(scalar(c, x.getDataType()));
    }

    /** Closes the constants. Closing again does nothing. */
    @Override
    public void close() {
        constants.clear();
        manager.close();
    }

    private record Key(long bits, DataType type) {}
}
