package io.github.gradkit.tracin;

import static org.assertj.core.api.Assertions.assertThat;

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
import ai.djl.training.loss.Loss;
import ai.djl.util.Pair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores that can be worked out by hand or were computed independently in double precision. */
class OracleTest {

    private static final Percentage TIGHT = Percentage.withPercentage(1e-3);

    /** The squared error of each example, summed. */
    private static final Objective SQUARED_ERROR =
            (labels, predictions) -> labels.head().sub(predictions.head()).square().sum();

    @TempDir Path directory;
    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static Linear linear(int units, boolean bias) {
        return Linear.builder().setUnits(units).optBias(bias).build();
    }

    /** Sets all parameters in order and saves a checkpoint. */
    private Checkpoint checkpoint(Block block, int step, double rate, float[]... values)
            throws IOException {
        int i = 0;
        for (Pair<String, Parameter> entry : block.getParameters()) {
            NDArray array = entry.getValue().getArray();
            manager.create(values[i++], array.getShape()).copyTo(array);
        }
        return Checkpoint.write(
                directory.resolve(step + ".safetensors"),
                block,
                step,
                0,
                rate,
                OptionalLong.empty());
    }

    private static TracIn tracIn(Block block, List<Checkpoint> checkpoints, Objective loss) {
        return TracIn.builder().setBlock(block).setCheckpoints(checkpoints).setLoss(loss).build();
    }

    @Test
    void oneDimensionalRegression() throws IOException {
        Block block = linear(1, false);
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
        float[] weights = {.4379f, .1653f, .5132f, .3651f, .9992f};
        List<Checkpoint> checkpoints = new ArrayList<>();
        double constant = 0;
        for (int c = 0; c < weights.length; c++) {
            checkpoints.add(checkpoint(block, c, 1, new float[] {weights[c]}));
            constant += 4 * Math.pow(weights[c] - 1, 2);
        }
        assertThat(constant).isCloseTo(6.61101356, TIGHT);
        NDArray x = manager.arange(1f, 17f).reshape(16, 1);
        Examples examples = Examples.of(new NDList(x), new NDList(x));
        ScoreMatrix scores = tracIn(block, checkpoints, SQUARED_ERROR).scores(examples, examples);
        for (int i = 0; i < 16; i++) {
            for (int j = 0; j < 16; j++) {
                double expected = constant * Math.pow(i + 1, 2) * Math.pow(j + 1, 2);
                assertThat((double) scores.get(i, j)).isCloseTo(expected, TIGHT);
            }
        }
        assertThat((double) scores.get(15, 15)).isCloseTo(433259.38, TIGHT);
    }

    @Test
    void identityFeaturesDontInfluenceEachOther() throws IOException {
        Block block = linear(1, false);
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 7));
        float[] first = {1, 2, 3, 4, 5, 6, 7};
        float[] second = {-1, .5f, 2, 0, 1, -3, .25f};
        List<Checkpoint> checkpoints =
                List.of(checkpoint(block, 1, .1, first), checkpoint(block, 2, .01, second));
        Examples examples =
                Examples.of(new NDList(manager.eye(7)), new NDList(manager.zeros(new Shape(7, 1))));
        ScoreMatrix scores = tracIn(block, checkpoints, SQUARED_ERROR).scores(examples, examples);
        for (int i = 0; i < 7; i++) {
            for (int j = 0; j < 7; j++) {
                double own = 4 * (.1 * first[i] * first[i] + .01 * second[i] * second[i]);
                if (i == j) {
                    assertThat((double) scores.get(i, j)).isCloseTo(own, TIGHT);
                } else {
                    assertThat(scores.get(i, j)).isZero();
                }
            }
        }
    }

    @Test
    void constantTestLossIsInfluencedByNothing() throws IOException {
        Block block = linear(2, true);
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
        Checkpoint checkpoint =
                checkpoint(block, 1, .1, new float[] {1, 2, 3, 4, 5, 6}, new float[] {1, 2});
        NDArray x = manager.eye(3);
        Examples examples = Examples.of(new NDList(x), new NDList(manager.zeros(new Shape(3, 2))));
        ScoreMatrix scores =
                TracIn.builder()
                        .setBlock(block)
                        .setCheckpoints(List.of(checkpoint))
                        .setLoss(SQUARED_ERROR)
                        .optTestLoss((labels, predictions) -> labels.head().sum())
                        .build()
                        .scores(examples, examples);
        for (int i = 0; i < 3; i++) {
            assertThat(scores.row(i)).containsOnly(0f);
        }
    }

    @Test
    void softmaxRegressionHasAClosedForm() throws IOException {
        Block block = linear(3, true);
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 2));
        Checkpoint checkpoint =
                checkpoint(
                        block,
                        1,
                        .1,
                        new float[] {1, 0, 0, 1, -1, .5f},
                        new float[] {.1f, -.2f, 0});
        Examples examples =
                Examples.of(
                        new float[][] {{1, 2}, {-1, .5f}, {.3f, -.7f}, {2, 0}},
                        new int[] {0, 1, 2, 1},
                        new Shape(2));
        double[][] expected = {
            {.51818253, -.04350853, .00409113, -.35222193},
            {-.04350853, .22504177, -.02095641, -.07553055},
            {.00409113, -.02095641, .16167349, .06197374},
            {-.35222193, -.07553055, .06197374, .81523052}
        };
        Objective loss = Loss.softmaxCrossEntropyLoss()::evaluate;
        ScoreMatrix scores = tracIn(block, List.of(checkpoint), loss).scores(examples, examples);
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                assertThat((double) scores.get(i, j)).isCloseTo(expected[i][j], TIGHT);
            }
        }
    }

    @Test
    void xorNetwork() throws IOException {
        SequentialBlock block =
                new SequentialBlock()
                        .add(linear(2, true))
                        .add(Activation.tanhBlock())
                        .add(linear(1, true))
                        .add(Activation.tanhBlock());
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 2));
        List<Checkpoint> checkpoints = new ArrayList<>();
        for (int c = 0; c < Xor.CHECKPOINTS.length; c++) {
            checkpoints.add(checkpoint(block, c, 1, Xor.CHECKPOINTS[c]));
        }
        NDArray labels = manager.create(Xor.labels(), new Shape(24, 1));
        Examples examples =
                Examples.of(
                        new NDList(manager.create(Xor.points(), new Shape(24, 2))),
                        new NDList(labels));
        TracIn tracIn = tracIn(block, checkpoints, SQUARED_ERROR);
        checkAllLayers(tracIn.scores(examples, examples));
        checkByLayer(tracIn.scoresByLayer(examples, examples));
        assertThat(tracIn.selfInfluence(examples).ranking()).startsWith(21, 17, 11, 10, 8);
        TopInfluences top = tracIn.top(examples, examples, 5);
        assertThat(top.proponents(0)).extracting(Influence::index).containsExactly(6, 4, 5, 3, 1);
        assertThat(top.opponents(0))
                .extracting(Influence::index)
                .containsExactly(21, 17, 20, 13, 12);
    }

    private static void checkAllLayers(ScoreMatrix s) {
        assertThat((double) s.get(0, 0)).isCloseTo(3.48967088, TIGHT);
        assertThat((double) s.get(0, 1)).isCloseTo(4.64024650, TIGHT);
        assertThat((double) s.get(0, 12)).isCloseTo(-2.10907933, TIGHT);
        assertThat((double) s.get(12, 12)).isCloseTo(19.79030383, TIGHT);
        assertThat((double) s.get(5, 17)).isCloseTo(-51.86337015, TIGHT);
        assertThat(trace(s)).isCloseTo(1405.26344831, TIGHT);
        double sum = 0;
        for (int i = 0; i < 24; i++) {
            for (float value : s.row(i)) {
                sum += value;
            }
        }
        assertThat(sum).isCloseTo(336.77299245, TIGHT);
    }

    private static void checkByLayer(Map<String, ScoreMatrix> layers) {
        assertThat(layers.keySet()).containsExactly("01Linear", "03Linear");
        ScoreMatrix first = layers.get("01Linear");
        assertThat((double) first.get(0, 0)).isCloseTo(1.47651862, TIGHT);
        assertThat((double) first.get(0, 1)).isCloseTo(2.16068431, TIGHT);
        assertThat(trace(first)).isCloseTo(631.51055693, TIGHT);
        ScoreMatrix second = layers.get("03Linear");
        assertThat((double) second.get(0, 0)).isCloseTo(2.01315226, TIGHT);
        assertThat((double) second.get(0, 1)).isCloseTo(2.47956220, TIGHT);
        assertThat(trace(second)).isCloseTo(773.75289139, TIGHT);
    }

    private static double trace(ScoreMatrix s) {
        return IntStream.range(0, s.testCount()).mapToDouble(i -> s.get(i, i)).sum();
    }

    @Test
    void replayOfATrainingAddsUpToTheLossChange() throws IOException {
        Replay replay = replay(.1, 2);
        assertThat(replay.idealSum()).isCloseTo(.125 - .0442709768, Offset.offset(1e-6));
        assertThat(replay.firstOrder[0]).isCloseTo(.201648, Offset.offset(2e-6));
        assertThat(replay.firstOrder[1]).isCloseTo(-.046039, Offset.offset(2e-6));
        assertThat(replay.firstOrder[2]).isCloseTo(0, Offset.offset(1e-7));
    }

    @Test
    void replayErrorFallsInProportionToTheLearningRate() throws IOException {
        double previous = Double.NaN;
        double rate = .1;
        for (int halving = 0; halving < 4; halving++, rate /= 2) {
            Replay replay = replay(rate, (int) Math.round(.2 / rate));
            double sum = replay.firstOrder[0] + replay.firstOrder[1] + replay.firstOrder[2];
            double error = Math.abs(sum - replay.idealSum());
            if (halving > 0) {
                assertThat(error / previous).isBetween(.4, .6);
            }
            previous = error;
        }
    }

    /**
     * First-order TracIn replay of a training, one checkpoint per step, and the true loss change.
     */
    private record Replay(double[] firstOrder, double lossBefore, double lossAfter) {
        double idealSum() {
            return lossBefore - lossAfter;
        }
    }

    private Replay replay(double rate, int epochs) throws IOException {
        double[][] points = {{1, 2}, {0, 1}, {-1, 1}};
        double[] targets = {1, -1, 2};
        double[] w = {0, 0};
        Block block = linear(1, false);
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 2));
        NDArray half = manager.create(.5f);
        Objective halfSquare =
                (labels, predictions) ->
                        labels.head().sub(predictions.head()).square().sum().mul(half);
        Examples test =
                Examples.of(
                        new NDList(manager.create(new float[] {1, 1}, new Shape(1, 2))),
                        new NDList(manager.create(new float[] {.5f}, new Shape(1, 1))));
        double[] firstOrder = new double[3];
        for (int step = 0; step < 3 * epochs; step++) {
            int used = step % 3;
            float[] weights = {(float) w[0], (float) w[1]};
            TracIn tracIn =
                    tracIn(block, List.of(checkpoint(block, step, rate, weights)), halfSquare);
            firstOrder[used] += tracIn.scores(test, point(points, targets, used)).get(0, 0);
            double error = w[0] * points[used][0] + w[1] * points[used][1] - targets[used];
            w[0] -= rate * error * points[used][0];
            w[1] -= rate * error * points[used][1];
        }
        return new Replay(firstOrder, .5 * .25, .5 * Math.pow(w[0] + w[1] - .5, 2));
    }

    private Examples point(double[][] points, double[] targets, int i) {
        float[] x = {(float) points[i][0], (float) points[i][1]};
        return Examples.of(
                new NDList(manager.create(x, new Shape(1, 2))),
                new NDList(manager.create(new float[] {(float) targets[i]}, new Shape(1, 1))));
    }
}
