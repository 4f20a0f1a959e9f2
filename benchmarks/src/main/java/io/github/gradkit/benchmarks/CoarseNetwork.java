package io.github.gradkit.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;

/** Six convolutions at up to a quarter of the rows and columns, whose scores are enlarged. */
final class CoarseNetwork {

    private static final int STRIDE = 4;

    private CoarseNetwork() {}

    /** From images {@code (batch, 3, height, width)}, both sides multiples of four. */
    static Block of(int labels) {
        SequentialBlock layers = new SequentialBlock();
        add(layers, 24, 1, 1);
        add(layers, 32, 2, 1);
        add(layers, 48, 1, 1);
        add(layers, 48, 2, 1);
        add(layers, 64, 1, 1);
        add(layers, 64, 1, 2);
        layers.add(Conv2d.builder().setKernelShape(new Shape(1, 1)).setFilters(labels).build());
        return layers.addSingleton(CoarseNetwork::enlarged);
    }

    private static void add(SequentialBlock layers, int filters, int stride, int dilation) {
        layers.add(
                        Conv2d.builder()
                                .setKernelShape(new Shape(3, 3))
                                .setFilters(filters)
                                .optStride(new Shape(stride, stride))
                                .optPadding(new Shape(dilation, dilation))
                                .optDilation(new Shape(dilation, dilation))
                                .build())
                .add(BatchNorm.builder().build())
                .add(Activation.reluBlock());
    }

    private static NDArray enlarged(NDArray coarse) {
        Shape shape = coarse.getShape();
        long rows = shape.get(2);
        long columns = shape.get(3);
        NDArray blocks =
                coarse.reshape(shape.get(0), shape.get(1), rows, 1, columns, 1)
                        .broadcast(shape.get(0), shape.get(1), rows, STRIDE, columns, STRIDE)
                        .reshape(shape.get(0), shape.get(1), rows * STRIDE, columns * STRIDE);
        return Pool.avgPool2d(
                blocks, new Shape(5, 5), new Shape(1, 1), new Shape(2, 2), false, false);
    }
}
