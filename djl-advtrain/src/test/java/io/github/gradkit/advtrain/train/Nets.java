package io.github.gradkit.advtrain.train;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;

/** Networks with all that an attack could disturb. */
enum Nets {
    MLP(new Shape(1, 6)) {
        @Override
        SequentialBlock block() {
            return new SequentialBlock()
                    .add(Linear.builder().setUnits(8).build())
                    .add(BatchNorm.builder().build())
                    .add(Activation.reluBlock())
                    .add(Dropout.builder().optRate(.2f).build())
                    .add(Linear.builder().setUnits(Bench.CLASSES).build());
        }
    },

    CNN(new Shape(1, 1, 5, 5)) {
        @Override
        SequentialBlock block() {
            return new SequentialBlock()
                    .add(Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(4).build())
                    .add(BatchNorm.builder().build())
                    .add(Activation.reluBlock())
                    .add(Blocks.batchFlattenBlock())
                    .add(Linear.builder().setUnits(Bench.CLASSES).build());
        }
    };

    private final Shape input;

    Nets(Shape input) {
        this.input = input;
    }

    Shape input() {
        return input;
    }

    abstract SequentialBlock block();

    static Block linear(int classes) {
        return Linear.builder().setUnits(classes).build();
    }
}
