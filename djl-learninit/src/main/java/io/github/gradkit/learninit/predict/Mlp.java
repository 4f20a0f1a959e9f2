package io.github.gradkit.learninit.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.github.gradkit.learninit.internal.Scoped;
import java.util.List;

/** The network used if none is given: two hidden layers of rectified units. */
final class Mlp {

    private static final long LEAST_UNITS = 32;
    private static final long MOST_UNITS = 256;

    private Mlp() {}

    /** Twice as many units as there are inputs and outputs together, within bounds. */
    static Block of(List<Shape> inputs, long outputs) {
        long features = inputs.stream().mapToLong(Shape::size).sum();
        long units = Math.min(MOST_UNITS, Math.max(LEAST_UNITS, 2 * (features + outputs)));
        return new SequentialBlock()
                .add(Mlp::joined)
                .add(Linear.builder().setUnits(units).build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(units).build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(outputs).build());
    }

    private static NDList joined(NDList arrays) {
        if (arrays.size() == 1) {
            return new NDList(Scoped.flat(arrays.head()));
        }
        NDList flat = new NDList();
        for (NDArray array : arrays) {
            flat.add(Scoped.flat(array));
        }
        return new NDList(NDArrays.concat(flat, 1));
    }
}
