package io.github.gradkit.tracin;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.loss.Loss;
import ai.djl.util.Pair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.assertj.core.data.Offset;

/** A block with random weights, checkpoints and data, to compare fast and slow scores. */
final class Workbench implements AutoCloseable {

    static final Objective CROSS_ENTROPY = Loss.softmaxCrossEntropyLoss()::evaluate;

    /** The sum of squares over everything, without Java numbers. */
    static final Objective SQUARES = (labels, predictions) -> predictions.head().square().sum();

    final NDManager manager = NDManager.newBaseManager();
    final Random random = new Random(7);
    final Path directory;
    final Block block;
    final List<Checkpoint> checkpoints = new ArrayList<>();
    final NDList train = new NDList();
    final NDList trainLabels = new NDList();
    final NDList test = new NDList();
    final NDList testLabels = new NDList();

    /** Initialises the block for examples of a shape and writes checkpoints with random weights. */
    Workbench(Path directory, Block block, int n, int m, int classes, long... exampleShape) {
        this.directory = directory;
        this.block = block;
        Shape shape = new Shape(exampleShape);
        block.initialize(manager, DataType.FLOAT32, new Shape(1).addAll(shape));
        train.add(gaussian(new Shape(n).addAll(shape)));
        test.add(gaussian(new Shape(m).addAll(shape)));
        trainLabels.add(manager.create(random.ints(n, 0, classes).toArray()));
        testLabels.add(manager.create(random.ints(m, 0, classes).toArray()));
        addCheckpoint(1, 0.1);
        addCheckpoint(2, 0.03);
    }

    NDArray gaussian(Shape shape) {
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, shape);
    }

    /** Randomises all weights and saves them; running variances stay positive. */
    Checkpoint addCheckpoint(long step, double rate) {
        for (Pair<String, Parameter> entry : block.getParameters()) {
            NDArray array = entry.getValue().getArray();
            float[] values = new float[Math.toIntExact(array.size())];
            boolean variance = entry.getValue().getType() == Parameter.Type.RUNNING_VAR;
            for (int i = 0; i < values.length; i++) {
                float value = (float) random.nextGaussian() * 0.5f;
                values[i] = variance ? 0.5f + Math.abs(value) : value;
            }
            try (NDArray fresh = manager.create(values, array.getShape())) {
                fresh.copyTo(array);
            }
        }
        return save(step, rate);
    }

    Checkpoint save(long step, double rate) {
        try {
            Path file = directory.resolve("checkpoint-" + step + ".safetensors");
            Checkpoint checkpoint =
                    Checkpoint.write(file, block, step, 0, rate, OptionalLong.of(7));
            checkpoints.add(checkpoint);
            return checkpoint;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TracIn.Builder tracIn(Objective loss) {
        return TracIn.builder().setBlock(block).setCheckpoints(checkpoints).setLoss(loss);
    }

    Examples trainExamples() {
        return Examples.of(train, trainLabels);
    }

    Examples testExamples() {
        return Examples.of(test, testLabels);
    }

    double[][] slowScores(Objective trainLoss, Objective testLoss) {
        return new SlowTracIn(block, checkpoints, trainLoss, testLoss)
                .scores(test, testLabels, train, trainLabels);
    }

    /** Compares a matrix with expected values, relative to the largest of them. */
    static void assertScores(ScoreMatrix actual, double[][] expected, double tolerance) {
        double largest = 0;
        for (double[] row : expected) {
            for (double value : row) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        assertThat(largest).as("the expected scores must not all be zero").isPositive();
        assertThat(actual.testCount()).isEqualTo(expected.length);
        assertThat(actual.trainCount()).isEqualTo(expected[0].length);
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                assertThat((double) actual.get(i, j))
                        .as("score of test %d, train %d", i, j)
                        .isCloseTo(expected[i][j], Offset.offset(tolerance * largest));
            }
        }
    }

    /** Checks the full matrix, the self-influence and the aggregate against the slow twin. */
    void assertAgreesWithSlowTwin(TracIn.Builder builder, Objective loss) {
        TracIn tracIn = builder.build();
        double[][] slow = slowScores(loss, loss);
        assertScores(tracIn.scores(testExamples(), trainExamples()), slow, 1e-4);
        double[] aggregate = tracIn.aggregate(testExamples(), trainExamples());
        double[][] self =
                new SlowTracIn(block, checkpoints, loss, loss)
                        .scores(train, trainLabels, train, trainLabels);
        double[] selfInfluence = tracIn.selfInfluence(trainExamples()).scores();
        double scale = 0;
        for (int j = 0; j < self.length; j++) {
            scale = Math.max(scale, self[j][j]);
        }
        for (int j = 0; j < aggregate.length; j++) {
            double column = 0;
            double magnitude = 0;
            for (double[] row : slow) {
                column += row[j];
                magnitude += Math.abs(row[j]);
            }
            assertThat(aggregate[j]).isCloseTo(column, Offset.offset(1e-4 * magnitude + 1e-9));
            assertThat(selfInfluence[j]).isCloseTo(self[j][j], Offset.offset(1e-4 * scale));
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
