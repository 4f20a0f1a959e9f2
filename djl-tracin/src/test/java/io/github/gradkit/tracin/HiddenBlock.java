package io.github.gradkit.tracin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/** A block for which there is no kernel: a function of one input that keeps its shape. */
final class HiddenBlock extends AbstractBlock {

    private final Forward forward;

    HiddenBlock(Forward forward, Parameter... parameters) {
        this.forward = forward;
        for (Parameter parameter : parameters) {
            addParameter(parameter);
        }
    }

    /** The forward pass. */
    interface Forward {
        NDArray apply(ParameterStore store, NDArray input);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        return new NDList(forward.apply(store, inputs.head()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
        return shapes;
    }
}
