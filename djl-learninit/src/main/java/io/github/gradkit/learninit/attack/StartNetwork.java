package io.github.gradkit.learninit.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.github.gradkit.learninit.internal.Scoped;

/** The network that proposes a change if the user brings none. */
final class StartNetwork {

    private StartNetwork() {}

    /** Makes a network from flat inputs and one-hot labels to a number for each feature. */
    static Block of(Shape example, int hidden) {
        return new SequentialBlock()
                .add(StartNetwork::joined)
                .add(Linear.builder().setUnits(hidden).build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(hidden).build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(example.size()).build());
    }

    private static NDList joined(NDList inputs) {
        NDArray flat = Scoped.flat(inputs.get(0));
        return new NDList(flat.concat(inputs.get(1), 1));
    }
}
