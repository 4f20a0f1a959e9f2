package io.github.gradkit.examples.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/**
 * A small network from images {@code (batch, channels, height, width)} to scores {@code (batch,
 * labels, height, width)}.
 *
 * <p>Its layers see a quarter of the rows and columns, and their scores are enlarged and smoothed.
 * So its own borders are coarse, and a regulariser of pixels has something to do.
 */
public final class SegmentationNet extends AbstractBlock {

    private static final int STRIDE = 4;
    private static final int SMOOTHING = 5;

    private final SequentialBlock layers;

    /**
     * Makes a network without weights.
     *
     * @param labels how many labels are scored
     */
    public SegmentationNet(int labels) {
        layers =
                addChildBlock(
                        "layers",
                        new SequentialBlock()
                                .add(convolution(24, 1, 1))
                                .add(normalized())
                                .add(convolution(32, 2, 1))
                                .add(normalized())
                                .add(convolution(48, 1, 1))
                                .add(normalized())
                                .add(convolution(48, 2, 1))
                                .add(normalized())
                                .add(convolution(64, 1, 1))
                                .add(normalized())
                                .add(convolution(64, 1, 2))
                                .add(normalized())
                                .add(
                                        Conv2d.builder()
                                                .setKernelShape(new Shape(1, 1))
                                                .setFilters(labels)
                                                .build()));
    }

    private static Conv2d convolution(int filters, int stride, int dilation) {
        return Conv2d.builder()
                .setKernelShape(new Shape(3, 3))
                .setFilters(filters)
                .optStride(new Shape(stride, stride))
                .optPadding(new Shape(dilation, dilation))
                .optDilation(new Shape(dilation, dilation))
                .build();
    }

    private static SequentialBlock normalized() {
        return new SequentialBlock().add(BatchNorm.builder().build()).add(Activation.reluBlock());
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        Shape size = inputs.head().getShape();
        NDList coarse = layers.forward(parameterStore, inputs, training);
        return new NDList(fine(coarse.head(), size.get(2), size.get(3)));
    }

    /** Repeats each score, takes the mean over a window, and cuts off what is too much. */
    private static NDArray fine(NDArray coarse, long height, long width) {
        Shape shape = coarse.getShape();
        long batch = shape.get(0);
        long labels = shape.get(1);
        long rows = shape.get(2);
        long columns = shape.get(3);
        NDArray repeated =
                coarse.reshape(batch, labels, rows, 1, columns, 1)
                        .broadcast(batch, labels, rows, STRIDE, columns, STRIDE)
                        .reshape(batch, labels, rows * STRIDE, columns * STRIDE);
        NDArray smooth =
                Pool.avgPool2d(
                        repeated,
                        new Shape(SMOOTHING, SMOOTHING),
                        new Shape(1, 1),
                        new Shape(SMOOTHING / 2, SMOOTHING / 2),
                        false,
                        false);
        boolean fits = rows * STRIDE == height && columns * STRIDE == width;
        return fits
                ? smooth
                : smooth.get(
                        new NDIndex().addAllDim(2).addSliceDim(0, height).addSliceDim(0, width));
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        layers.initialize(manager, dataType, inputShapes);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        Shape coarse = layers.getOutputShapes(inputShapes)[0];
        Shape size = inputShapes[0];
        return new Shape[] {new Shape(coarse.get(0), coarse.get(1), size.get(2), size.get(3))};
    }
}
