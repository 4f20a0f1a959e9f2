package io.github.gradkit.tracin.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Views a layer as a matrix applied at a number of positions, in one or more groups of channels.
 */
interface Unfolding {

    /**
     * Lays out a layer's input.
     *
     * @param input {@code (batch, ...)}
     * @param outputShape the shape of the layer's output for this input
     * @return {@code (batch, groups, positions, inputs)}, in the order of the weights
     */
    NDArray inputs(NDArray input, Shape outputShape);

    /**
     * Lays out a layer's error.
     *
     * @param error {@code (batch, ...)}
     * @return {@code (batch, groups, positions, outputs)}
     */
    NDArray errors(NDArray error);

    /**
     * Tells whether {@link #inputs} copies, so that large batches are better unfolded in pieces.
     */
    boolean copies();

    /** Returns the sizes for one use. */
    Geometry geometry(Shape inputShape, Shape outputShape);
}
