package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * Where an iterative attack starts.
 *
 * <p>Ready-made are {@link #zero()}, {@link #uniform()}, {@link #surface()}, {@link
 * #gaussian(double)} and {@link #carriedOver()}; a learned start implements this interface. A
 * report of robustness must never rest on learned or carried-over starts alone: combine them with
 * random restarts.
 */
@FunctionalInterface
public interface PerturbationStart {

    /**
     * Returns the changes of the inputs to start from. The attack projects them onto the ball and
     * the bounds.
     *
     * @param request the batch and the ball
     * @return changes of the inputs, of their shape and data type, on their manager; closed by the
     *     attack
     */
    NDArray start(StartRequest request);

    /**
     * Is told what an attack for training has come to.
     *
     * @param request the batch and the ball of {@link #start}
     * @param change the change of the inputs the attack ended with, of their shape; closed by the
     *     attack afterwards, so copy what is to be kept
     */
    default void finished(StartRequest request, NDArray change) {}

    /**
     * Starts at the inputs themselves.
     *
     * @return the start
     */
    static PerturbationStart zero() {
        return request -> request.inputs().zerosLike();
    }

    /**
     * Starts anywhere in the ball, every place being equally likely.
     *
     * @return the start
     */
    static PerturbationStart uniform() {
        return StartRequest::uniform;
    }

    /**
     * Starts at the edge of the ball: a direction drawn from a cube (linf) or a Gaussian (l2, l1),
     * scaled to the radius.
     *
     * @return the start
     */
    static PerturbationStart surface() {
        return StartRequest::surface;
    }

    /**
     * Starts a little beside the inputs, as TRADES does, whose loss has no gradient at the inputs.
     *
     * @param deviation the standard deviation of the Gaussian change of each feature, in units of
     *     the inputs (or of the scale); positive
     * @return the start
     * @throws IllegalArgumentException if the deviation is not positive and finite
     */
    static PerturbationStart gaussian(double deviation) {
        if (!(deviation > 0) || Double.isInfinite(deviation)) {
            throw new IllegalArgumentException(
                    "The deviation must be positive and finite, but was "
                            + deviation
                            + ". Use zero() to start at the inputs.");
        }
        return request -> request.gaussian(deviation);
    }

    /**
     * Starts where the attack on the same example ended the last time, and uniformly the first
     * time. Keeps one float32 change per example of the data set in Java's heap. Examples are told
     * apart by their indices in the batch; a data set of your own that is shuffled and gives its
     * batches none would have each start from the change of another.
     *
     * @return a new start with a memory of its own, for one training; not safe for several threads
     */
    static PerturbationStart carriedOver() {
        return new CarriedOverStart(DataType.FLOAT32);
    }
}
