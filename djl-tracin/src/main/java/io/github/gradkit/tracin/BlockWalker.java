package io.github.gradkit.tracin;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;

/**
 * Tells TracIn how a hand-written composite block calls its children.
 *
 * <p>Sequential and parallel blocks are known. A composite that calls its own fields hides its
 * layers; it then takes the slow one-example path as a whole. Registering a walker with {@link
 * TracIn.Builder#addWalker} makes its layers visible. The walker repeats the block's forward pass
 * for inference, with {@code children.forward(child, input)} in place of {@code
 * child.forward(...)}.
 *
 * @param <B> the type of the composite block
 */
@FunctionalInterface
public interface BlockWalker<B extends Block> {

    /**
     * Runs the block's forward pass.
     *
     * @param block the composite block
     * @param inputs its inputs, each {@code (batch, ...)}
     * @param children runs a child of the block
     * @return the block's outputs
     */
    NDList forward(B block, NDList inputs, Children children);

    /** Runs the children of a composite block. */
    @FunctionalInterface
    interface Children {

        /**
         * Runs a child.
         *
         * @param child one of the block's {@code getChildren()}
         * @param inputs the child's inputs
         * @return the child's outputs
         */
        NDList forward(Block child, NDList inputs);
    }
}
