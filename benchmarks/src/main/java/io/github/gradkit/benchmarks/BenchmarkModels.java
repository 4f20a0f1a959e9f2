package io.github.gradkit.benchmarks;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.LSTM;
import java.util.function.Supplier;

/** The models that are measured. */
final class BenchmarkModels {

    private BenchmarkModels() {}

    /** 784-128-10 with ReLU. */
    static Supplier<Block> mlp() {
        return () ->
                new SequentialBlock()
                        .add(Linear.builder().setUnits(128).build())
                        .add(Activation.reluBlock())
                        .add(Linear.builder().setUnits(10).build());
    }

    /** Two convolutions of 3x3, each followed by pooling, and a classifier; for 28x28 images. */
    static Supplier<Block> cnn() {
        return () ->
                new SequentialBlock()
                        .add(convolution(16))
                        .add(Activation.reluBlock())
                        .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
                        .add(convolution(32))
                        .add(Activation.reluBlock())
                        .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(10).build());
    }

    /**
     * Two convolutions of 4x4 that halve the image, and two linear layers: many weights and little
     * to compute, for a training of hours.
     *
     * @param width the filters of the first layer; the second has twice as many, and the first
     *     linear layer eight times as many units
     */
    static Block strided(int width) {
        return new SequentialBlock()
                .add(halving(width))
                .add(Activation.reluBlock())
                .add(halving(2 * width))
                .add(Activation.reluBlock())
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(8L * width).build())
                .add(Activation.reluBlock())
                .add(Linear.builder().setUnits(10).build());
    }

    private static Block halving(int filters) {
        return Conv2d.builder()
                .setFilters(filters)
                .setKernelShape(new Shape(4, 4))
                .optStride(new Shape(2, 2))
                .optPadding(new Shape(1, 1))
                .build();
    }

    /** A recurrent layer of 128 units and a classifier of its last output. */
    static Supplier<Block> lstm() {
        return () ->
                new SequentialBlock()
                        .add(
                                LSTM.builder()
                                        .setNumLayers(1)
                                        .setStateSize(128)
                                        .optReturnState(false)
                                        .build())
                        .addSingleton(outputs -> outputs.get(":, -1, :"))
                        .add(Linear.builder().setUnits(10).build());
    }

    private static Block convolution(int filters) {
        return Conv2d.builder()
                .setFilters(filters)
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .build();
    }
}
