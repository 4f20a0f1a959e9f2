package io.github.gradkit.tracin.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** A linear layer acts on the last axis; all axes between it and the batch are positions. */
record LinearUnfolding() implements Unfolding {

    @Override
    public NDArray inputs(NDArray input, Shape outputShape) {
        return unfold(input);
    }

    @Override
    public NDArray errors(NDArray error) {
        return unfold(error);
    }

    @Override
    public boolean copies() {
        return false;
    }

    @Override
    public Geometry geometry(Shape inputShape, Shape outputShape) {
        return new Geometry(1, positions(inputShape), last(inputShape), last(outputShape));
    }

    private static NDArray unfold(NDArray array) {
        Shape shape = array.getShape();
        return array.reshape(shape.get(0), 1, positions(shape), last(shape));
    }

    private static long positions(Shape shape) {
        return shape.slice(1, shape.dimension() - 1).size();
    }

    private static long last(Shape shape) {
        return shape.get(shape.dimension() - 1);
    }
}
