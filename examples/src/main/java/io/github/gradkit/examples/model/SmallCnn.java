package io.github.gradkit.examples.model;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import io.github.gradkit.examples.data.ImageSet;

/** A network that trains in seconds on a small machine. */
public final class SmallCnn {

    private static final int SMALL = 16;

    private SmallCnn() {}

    /**
     * Makes two convolutions with strides instead of pooling, and two linear layers.
     *
     * @param format the images
     * @return the network, from images {@code (examples, channels, height, width)} to one output
     *     per class
     */
    public static Block block(ImageSet.Format format) {
        // Small images can't afford to lose half of their rows at once.
        int stride = format.height() <= SMALL ? 1 : 2;
        return new SequentialBlock()
                .add(convolution(16, stride))
                .add(Activation.reluBlock())
                .add(convolution(32, 2))
                .add(Activation.reluBlock())
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(100).build())
                .add(Activation.reluBlock())
                .add(Linear.builder().setUnits(format.classes()).build());
    }

    /**
     * Describes the network in a line.
     *
     * @param format the images
     * @return layers and activations
     */
    public static String describe(ImageSet.Format format) {
        return "CNN, 3x3 convolutions with 16 and 32 filters, linear 100, linear "
                + format.classes()
                + ", ReLU";
    }

    private static Conv2d convolution(int filters, int stride) {
        return Conv2d.builder()
                .setKernelShape(new Shape(3, 3))
                .optStride(new Shape(stride, stride))
                .optPadding(new Shape(1, 1))
                .setFilters(filters)
                .build();
    }
}
