package io.github.gradkit.tracin;

import static io.github.gradkit.tracin.Workbench.CROSS_ENTROPY;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Self-influence in double precision equals squared central differences: no autograd on either
 * side.
 */
class FiniteDifferenceTest {

    private static final double STEP = 1e-5;
    private static final int EXAMPLES = 3;

    @TempDir Path directory;

    @Test
    void linearAndLayerNorm() throws Exception {
        check(
                new SequentialBlock()
                        .add(Linear.builder().setUnits(4).build())
                        .add(LayerNorm.builder().build())
                        .add(Activation.tanhBlock())
                        .add(Linear.builder().setUnits(3).build()),
                5);
    }

    @Test
    void convolutionAndBatchNorm() throws Exception {
        check(
                new SequentialBlock()
                        .add(
                                Conv2d.builder()
                                        .setFilters(4)
                                        .setKernelShape(new Shape(3, 2))
                                        .optStride(new Shape(2, 1))
                                        .optPadding(new Shape(1, 1))
                                        .optGroups(2)
                                        .build())
                        .add(BatchNorm.builder().build())
                        .add(Activation.tanhBlock())
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(3).build()),
                2,
                5,
                4);
    }

    private void check(Block block, long... exampleShape) throws Exception {
        Random random = new Random(11);
        Shape shape = new Shape(exampleShape);
        try (NDManager manager = NDManager.newBaseManager()) {
            block.initialize(manager, DataType.FLOAT64, new Shape(1).addAll(shape));
            NDArray data = gaussian(manager, random, new Shape(EXAMPLES).addAll(shape));
            NDArray labels = manager.create(new int[] {2, 0, 1});
            Checkpoint checkpoint =
                    Checkpoint.write(
                            directory.resolve("c.safetensors"),
                            block,
                            0,
                            0,
                            1,
                            OptionalLong.empty());
            double[] scores =
                    TracIn.builder()
                            .setBlock(block)
                            .setCheckpoints(List.of(checkpoint))
                            .setLoss(CROSS_ENTROPY)
                            .build()
                            .selfInfluence(Examples.of(new NDList(data), new NDList(labels)))
                            .scores();
            for (int i = 0; i < EXAMPLES; i++) {
                NDList x = new NDList(data.get(i + ":" + (i + 1)));
                NDList y = new NDList(labels.get(i + ":" + (i + 1)));
                assertThat(scores[i])
                        .isCloseTo(
                                squaredNorm(manager, block, x, y), Percentage.withPercentage(1e-5));
            }
        }
    }

    private static NDArray gaussian(NDManager manager, Random random, Shape shape) {
        double[] values = random.doubles(shape.size(), -2, 2).toArray();
        return manager.create(values, shape);
    }

    private static double squaredNorm(NDManager manager, Block block, NDList x, NDList y) {
        double sum = 0;
        for (Parameter parameter : block.getParameters().values()) {
            if (parameter.requiresGradient()) {
                NDArray array = parameter.getArray();
                double[] values = array.toDoubleArray();
                for (int k = 0; k < values.length; k++) {
                    double up = lossAt(manager, block, x, y, array, values, k, STEP);
                    double down = lossAt(manager, block, x, y, array, values, k, -STEP);
                    sum += Math.pow((up - down) / (2 * STEP), 2);
                }
                manager.create(values, array.getShape()).copyTo(array);
            }
        }
        return sum;
    }

    private static double lossAt(
            NDManager manager,
            Block block,
            NDList x,
            NDList y,
            NDArray array,
            double[] values,
            int k,
            double step) {
        double[] moved = values.clone();
        moved[k] += step;
        manager.create(moved, array.getShape()).copyTo(array);
        NDList out = block.forward(new ParameterStore(manager, false), x, false);
        return CROSS_ENTROPY.evaluate(y, out).getDouble();
    }
}
