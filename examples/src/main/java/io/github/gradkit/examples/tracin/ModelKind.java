package io.github.gradkit.examples.tracin;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.util.Pair;
import io.github.gradkit.examples.data.ImageSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The networks to choose from. Their input is {@code (examples, channels, height, width)}. */
enum ModelKind {
    /** One hidden layer. */
    MLP(30, 0.05f) {
        @Override
        SequentialBlock block(int classes) {
            return new SequentialBlock()
                    .add(Blocks.batchFlattenBlock())
                    .add(Linear.builder().setUnits(HIDDEN).build())
                    .add(Activation.reluBlock())
                    .add(Linear.builder().setUnits(classes).build());
        }

        @Override
        String describe(ImageSet.Format format) {
            return "MLP " + format.size() + "-" + HIDDEN + "-" + format.classes() + ", ReLU";
        }
    },
    /** Two convolutions, each followed by pooling. */
    CNN(30, 0.02f) {
        @Override
        SequentialBlock block(int classes) {
            return new SequentialBlock()
                    .add(convolution(FILTERS))
                    .add(Activation.reluBlock())
                    .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
                    .add(convolution(2 * FILTERS))
                    .add(Activation.reluBlock())
                    .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
                    .add(Blocks.batchFlattenBlock())
                    .add(Linear.builder().setUnits(classes).build());
        }

        @Override
        String describe(ImageSet.Format format) {
            return String.format(
                    Locale.ROOT,
                    "CNN, 3x3 convolutions with %d and %d filters, ReLU, pooling, linear %d",
                    FILTERS,
                    2 * FILTERS,
                    format.classes());
        }
    };

    /** Two poolings by 2 need this many pixels. */
    static final int MIN_SIDE = 4;

    private static final int HIDDEN = 64;
    private static final int FILTERS = 16;

    private final int epochs;
    private final float learningRate;

    ModelKind(int epochs, float learningRate) {
        this.epochs = epochs;
        this.learningRate = learningRate;
    }

    abstract SequentialBlock block(int classes);

    abstract String describe(ImageSet.Format format);

    int defaultEpochs() {
        return epochs;
    }

    float defaultLearningRate() {
        return learningRate;
    }

    /** Lists the paths of the layers with parameters. */
    List<String> layers(int classes) {
        List<String> paths = new ArrayList<>();
        for (Pair<String, Block> child : block(classes).getChildren()) {
            if (!child.getValue().getParameters().isEmpty()) {
                paths.add(child.getKey());
            }
        }
        return paths;
    }

    private static Conv2d convolution(int filters) {
        return Conv2d.builder()
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .setFilters(filters)
                .build();
    }

    /** Returns the name as typed on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
