package io.github.gradkit.support;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Small models and data for the tests. */
public final class TestModels {

    public static final Shape INPUT = new Shape(8, 4);

    private TestModels() {}

    /** An initialised network with batch normalisation, the same weights at every call. */
    public static Model network() {
        Engine.getInstance().setRandomSeed(7);
        Model model = Model.newInstance("network");
        model.setBlock(layers());
        model.getBlock().initialize(model.getNDManager(), DataType.FLOAT32, INPUT);
        return model;
    }

    public static Block layers() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(5).build())
                .add(BatchNorm.builder().build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(3).build());
    }

    /** Runs one backward pass of a mean square, in training mode. */
    public static void backward(Block block, NDManager parent, float scale) {
        try (NDManager manager = parent.newSubManager();
                GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray data = data(manager, scale);
            NDList out = block.forward(new ParameterStore(manager, false), new NDList(data), true);
            collector.backward(out.singletonOrThrow().square().mean());
        }
    }

    public static NDArray data(NDManager manager, float scale) {
        float[] values = new float[(int) INPUT.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = scale * (float) Math.sin(i + 1);
        }
        return manager.create(values, INPUT);
    }

    /** The bits of all values of all parameters, by path. */
    public static Map<String, String> values(Block block) {
        Map<String, String> bits = new LinkedHashMap<>();
        ParameterPaths.of(block)
                .forEach((path, parameter) -> bits.put(path, bits(parameter.getArray())));
        return bits;
    }

    /** The bits of the gradients of all parameters that collect one, by path. */
    public static Map<String, String> gradients(Block block) {
        Map<String, String> bits = new LinkedHashMap<>();
        for (Map.Entry<String, Parameter> entry : ParameterPaths.of(block).entrySet()) {
            if (entry.getValue().getArray().hasGradient()) {
                try (NDArray gradient = entry.getValue().getArray().getGradient()) {
                    bits.put(entry.getKey(), bits(gradient));
                }
            }
        }
        return bits;
    }

    public static String bits(NDArray array) {
        return array.getDataType() + " " + Arrays.toString(array.toByteArray());
    }
}
