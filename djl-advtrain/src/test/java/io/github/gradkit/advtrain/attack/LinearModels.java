package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;

/** Blocks whose distance to the boundary is known. */
final class LinearModels {

    static final float[][] WEIGHTS = {
        {1, -0.5f, 0.2f, 0, 0.3f}, {-0.4f, 0.8f, 0.1f, 0.6f, -1}, {0, 0.3f, -1.5f, 0.4f, 0.2f}
    };
    static final float[] BIAS = {0.1f, -0.2f, 0.3f};

    private LinearModels() {}

    /** Returns the model of the weights and the bias above. */
    static Block threeClasses(NDManager manager) {
        return block(manager, WEIGHTS, BIAS);
    }

    static Block block(NDManager manager, float[][] weights, float[] bias) {
        Block block = Linear.builder().setUnits(bias.length).build();
        block.initialize(manager, DataType.FLOAT32, new Shape(1, weights[0].length));
        set(block, "weight", manager.create(weights));
        set(block, "bias", manager.create(bias));
        return block;
    }

    private static void set(Block block, String name, NDArray values) {
        block.getParameters().get(name).getArray().set(new NDIndex("..."), values);
    }
}
