package io.github.gradkit.advtrain.attack;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import io.github.gradkit.advtrain.internal.Predictions;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.Random;

/** Small models and data for the tests of attacks. */
final class TestNets {

    private TestNets() {}

    /** A linear model with the weights given, one row for each class. */
    static Block linear(NDManager manager, DataType type, double[][] weights, double... bias) {
        Block block = Linear.builder().setUnits(weights.length).build();
        block.initialize(manager, type, new Shape(1, weights[0].length));
        set(block, "weight", Boxes.matrix(manager, type, weights));
        double[] values = bias.length == 0 ? new double[weights.length] : bias;
        set(block, "bias", Boxes.matrix(manager, type, values).squeeze(0));
        return block;
    }

    private static void set(Block block, String name, NDArray values) {
        try (values) {
            block.getParameters().get(name).getArray().set(new NDIndex("..."), values);
        }
    }

    static double[][] gaussian(long seed, int rows, int columns) {
        Random random = new Random(seed);
        double[][] values = new double[rows][columns];
        for (double[] row : values) {
            for (int j = 0; j < columns; j++) {
                row[j] = random.nextGaussian();
            }
        }
        return values;
    }

    /** Batch normalisation and dropout between two linear layers. */
    static Block layers(int classes) {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(9).build())
                .add(BatchNorm.builder().build())
                .add(Activation::relu)
                .add(Dropout.builder().optRate(0.5f).build())
                .add(Linear.builder().setUnits(classes).build());
    }

    static Block withoutDropout(int classes) {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(9).build())
                .add(BatchNorm.builder().build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(classes).build());
    }

    static Block convolution(int classes) {
        return new SequentialBlock()
                .add(Conv2d.builder().setKernelShape(new Shape(2, 2)).setFilters(3).build())
                .add(Activation::tanh)
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(classes).build());
    }

    /** A network for inputs of rank 2 or 4, the same at every call, of large weights. */
    static Block network(NDManager manager, Shape input, int classes) {
        Engine.getInstance().setRandomSeed(11);
        Block block = input.dimension() == 2 ? layers(classes) : convolution(classes);
        block.initialize(manager, DataType.FLOAT32, input);
        ParameterPaths.of(block)
                .forEach(
                        (path, parameter) -> {
                            if (path.endsWith("weight")) {
                                parameter.getArray().muli(2);
                            } else if (path.endsWith("runningMean")) {
                                parameter.getArray().addi(0.125f);
                            }
                        });
        return block;
    }

    /** Inputs between 0 and 1. */
    static NDArray inputs(NDManager manager, Shape shape, long seed) {
        Random random = new Random(seed);
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        try (NDArray buffered = manager.create(values, shape)) {
            return buffered.duplicate();
        }
    }

    /** Labels that the model gets right, except for the first. */
    static int[] labels(Block block, NDArray x, int classes) {
        try (BlockScorer scorer = BlockScorer.of(block);
                NDArray scores = scorer.score(x)) {
            Predictions predictions = Predictions.of(scores);
            int[] labels = new int[Math.toIntExact(x.getShape().get(0))];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = (predictions.predicted(i) + (i == 0 ? 1 : 0)) % classes;
            }
            return labels;
        }
    }
}
