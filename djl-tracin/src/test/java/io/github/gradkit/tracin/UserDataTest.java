package io.github.gradkit.tracin;

import static io.github.gradkit.tracin.Workbench.CROSS_ENTROPY;
import static io.github.gradkit.tracin.Workbench.SQUARES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.translate.PaddingStackBatchifier;
import ai.djl.util.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data, models and losses as users have them. */
class UserDataTest {

    @TempDir Path directory;

    private static Linear linear(int units) {
        return Linear.builder().setUnits(units).build();
    }

    @Test
    void randomSplitIsScoredExampleByExample() throws Exception {
        try (Workbench bench = new Workbench(directory, linear(3), 10, 2, 3, 4)) {
            ArrayDataset all =
                    new ArrayDataset.Builder()
                            .setData(bench.train.head())
                            .optLabels(bench.trainLabels.head())
                            .setSampling(4, true)
                            .build();
            for (int batchSize : new int[] {1, 3, 100}) {
                TracIn tracIn = bench.tracIn(CROSS_ENTROPY).optBatchSize(batchSize).build();
                for (RandomAccessDataset part : all.randomSplit(6, 4)) {
                    NDList data = new NDList();
                    NDList labels = new NDList();
                    for (long i = 0; i < part.size(); i++) {
                        Record example = part.get(bench.manager, i);
                        data.add(example.getData().head());
                        labels.add(example.getLabels().head());
                    }
                    Examples oneByOne =
                            Examples.of(
                                    new NDList(NDArrays.stack(data)),
                                    new NDList(NDArrays.stack(labels)));
                    assertThat(tracIn.selfInfluence(Examples.of(part)).scores())
                            .containsExactly(
                                    tracIn.selfInfluence(oneByOne).scores(), Offset.offset(1e-6));
                }
            }
        }
    }

    @Test
    void meanLossOfASecondOutputIsRecognised() {
        Block twoHeads =
                new ParallelBlock(
                        branches -> new NDList(branches.get(0).head(), branches.get(1).head()),
                        List.of(linear(2), linear(3)));
        Objective second =
                (labels, predictions) ->
                        CROSS_ENTROPY.evaluate(labels, new NDList(predictions.get(1)));
        try (Workbench bench = new Workbench(directory, twoHeads, 7, 5, 3, 4)) {
            bench.assertAgreesWithSlowTwin(bench.tracIn(second).optBatchSize(3), second);
        }
    }

    @Test
    void examplesWithoutGradientDontDecideAboutMeanOrSum() {
        try (Workbench bench = new Workbench(directory, linear(1), 40, 2, 3, 4)) {
            // the loss is exactly zero wherever the label is, which is all but one example
            float[] labels = new float[40];
            labels[11] = 1;
            bench.trainLabels.clear();
            bench.trainLabels.add(bench.manager.create(labels, new Shape(40, 1)));
            Objective masked = (y, predictions) -> predictions.head().square().mul(y.head()).mean();
            double whole = self(bench, masked, 40)[11];
            assertThat(whole).isPositive();
            for (int batchSize : new int[] {1, 4, 16}) {
                assertThat(self(bench, masked, batchSize)[11])
                        .isCloseTo(whole, Percentage.withPercentage(1e-3));
            }
        }
    }

    private static double[] self(Workbench bench, Objective loss, int batchSize) {
        return bench.tracIn(loss)
                .optBatchSize(batchSize)
                .build()
                .selfInfluence(bench.trainExamples())
                .scores();
    }

    @Test
    void weightSharedWithALayerThatHasABiasOfItsOwnCountsOnce() {
        Linear linear = linear(4);
        Parameter weight = linear.getParameters().get("weight");
        Block block =
                new SequentialBlock()
                        .add(
                                new HiddenBlock(
                                        (store, x) ->
                                                x.matMul(
                                                        store.getValue(
                                                                weight, x.getDevice(), false)),
                                        weight))
                        .add(Activation.tanhBlock())
                        .add(linear);
        try (NDManager first = NDManager.newBaseManager()) {
            linear.initialize(first, DataType.FLOAT32, new Shape(1, 4));
            Workbench bench = new Workbench(directory, block, 6, 4, 3, 4);
            bench.assertAgreesWithSlowTwin(bench.tracIn(CROSS_ENTROPY), CROSS_ENTROPY);
            bench.close();
        }
    }

    @Test
    void wrongWalkerIsRefused() {
        SequentialBlock inner = new SequentialBlock().add(linear(4)).add(Activation.tanhBlock());
        Block block = new SequentialBlock().add(inner).add(linear(3));
        try (Workbench bench = new Workbench(directory, block, 6, 4, 3, 4)) {
            TracIn tracIn =
                    bench.tracIn(CROSS_ENTROPY)
                            .addWalker(
                                    SequentialBlock.class,
                                    (b, in, children) -> {
                                        NDList out = in;
                                        for (Block child : b.getChildren().values()) {
                                            boolean forgotten = child instanceof LambdaBlock;
                                            out = forgotten ? out : children.forward(child, out);
                                        }
                                        return out;
                                    })
                            .build();
            assertThatThrownBy(() -> tracIn.selfInfluence(bench.trainExamples()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("BlockWalker")
                    .hasMessageContaining("SequentialBlock");
        }
    }

    @Test
    void layerThatNoCheckpointReachesIsRefusedEvenIfNotChosen() {
        Parameter factor =
                Parameter.builder()
                        .setName("factor")
                        .setType(Parameter.Type.BETA)
                        .optShape(new Shape(4))
                        .build();
        // reads its own array, as TorchScript modules do
        HiddenBlock stubborn = new HiddenBlock((store, x) -> x.mul(factor.getArray()), factor);
        Block block = new SequentialBlock().add(stubborn).add(linear(3));
        try (Workbench bench = new Workbench(directory, block, 6, 4, 3, 4)) {
            TracIn tracIn =
                    bench.tracIn(CROSS_ENTROPY).optLayers(path -> path.endsWith("Linear")).build();
            assertThatThrownBy(() -> tracIn.selfInfluence(bench.trainExamples()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("01HiddenBlock")
                    .hasMessageContaining("ParameterStore");
        }
    }

    @Test
    void couplingIsFoundThoughTheDataBeginWithEqualExamples() {
        Block block =
                new SequentialBlock()
                        .addSingleton(x -> x.sub(x.mean(new int[] {0}, true)))
                        .add(linear(3));
        try (Workbench bench = new Workbench(directory, block, 12, 4, 3, 4)) {
            float[] values = bench.train.head().toFloatArray();
            for (int i = 4; i < 4 * 5; i++) {
                values[i] = values[i % 4];
            }
            Examples examples =
                    Examples.of(
                            new NDList(bench.manager.create(values, new Shape(12, 4))),
                            bench.trainLabels);
            assertThatThrownBy(() -> bench.tracIn(CROSS_ENTROPY).build().selfInfluence(examples))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("than in a batch");
        }
    }

    /** Sequences of 1 to 5 steps, padded to the longest of a batch; labels are optional. */
    private static final class Sequences extends RandomAccessDataset {

        private final NDArray values;
        private final boolean labelled;

        Sequences(NDArray values, boolean labelled) {
            super(
                    new Builder()
                            .setSampling(2, true)
                            .optDataBatchifier(
                                    PaddingStackBatchifier.builder()
                                            .optIncludeValidLengths(false)
                                            .addPad(0, 0, manager -> manager.zeros(new Shape(1)))
                                            .build()));
            this.values = values;
            this.labelled = labelled;
        }

        @Override
        public Record get(NDManager manager, long index) {
            NDArray sequence = values.get(manager, index).get("0:" + (1 + index % 5));
            NDArray label = manager.create((int) (index % 3));
            return new Record(new NDList(sequence), labelled ? new NDList(label) : new NDList());
        }

        @Override
        protected long availableSize() {
            return values.getShape().get(0);
        }

        @Override
        public void prepare(Progress progress) {
            // in memory already
        }

        private static final class Builder extends BaseBuilder<Builder> {
            @Override
            protected Builder self() {
                return this;
            }
        }
    }

    private static Block sumOverSteps(Block perStep) {
        return new SequentialBlock()
                .add(perStep)
                .addSingleton(x -> x.sum(new int[] {1}))
                .add(Linear.builder().setUnits(3).optBias(false).build());
    }

    @Test
    void modelThatFeelsThePaddingIsRefusedUnlessReadOneByOne() {
        Block feels =
                sumOverSteps(
                        new SequentialBlock()
                                .add(linear(4))
                                .add(LayerNorm.builder().axis(2).build()));
        try (Workbench bench = new Workbench(directory, feels, 1, 1, 3, 5, 2)) {
            Examples padded = Examples.of(new Sequences(bench.gaussian(new Shape(9, 5, 2)), true));
            assertThatThrownBy(() -> bench.tracIn(CROSS_ENTROPY).build().selfInfluence(padded))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("padded")
                    .hasMessageContaining("optBatchSize(1)");
            assertThat(self(bench, padded, 1)).hasSize(9);
        }
    }

    private static double[] self(Workbench bench, Examples examples, int batchSize) {
        return bench.tracIn(CROSS_ENTROPY)
                .optBatchSize(batchSize)
                .build()
                .selfInfluence(examples)
                .scores();
    }

    @Test
    void sequencesOfDifferentLengthsHaveTheSameScoresInAnyBatch() {
        Block indifferent = sumOverSteps(Linear.builder().setUnits(4).optBias(false).build());
        try (Workbench bench = new Workbench(directory, indifferent, 1, 1, 3, 5, 2)) {
            Examples padded = Examples.of(new Sequences(bench.gaussian(new Shape(9, 5, 2)), true));
            double[] oneByOne = self(bench, padded, 1);
            for (int batchSize : new int[] {2, 4, 9}) {
                assertThat(self(bench, padded, batchSize))
                        .containsExactly(oneByOne, Offset.offset(1e-5));
            }
        }
    }

    @Test
    void testExamplesNeedNoLabelsWhereTheScoreNeedsNone() {
        Block block = sumOverSteps(Linear.builder().setUnits(4).optBias(false).build());
        try (Workbench bench = new Workbench(directory, block, 1, 1, 3, 5, 2)) {
            NDArray values = bench.gaussian(new Shape(9, 5, 2));
            ScoreMatrix scores =
                    bench.tracIn(CROSS_ENTROPY)
                            .optTestScore(SQUARES)
                            .build()
                            .scores(
                                    Examples.of(new Sequences(values, false)),
                                    Examples.of(new Sequences(values, true)));
            assertThat(scores.testCount()).isEqualTo(9);
            assertThat(scores.row(3)).doesNotContain(0f);
        }
    }

    @Test
    void doublePrecisionModelIsScoredFromJavaArrays() throws IOException {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = linear(3);
            block.initialize(manager, DataType.FLOAT64, new Shape(1, 2));
            Checkpoint checkpoint =
                    Checkpoint.write(
                            directory.resolve("double.safetensors"),
                            block,
                            1,
                            0,
                            .1,
                            OptionalLong.empty());
            Examples examples =
                    Examples.of(new float[][] {{1, 2}, {-1, 3}}, new int[] {0, 2}, new Shape(2));
            TracIn tracIn =
                    TracIn.builder()
                            .setBlock(block)
                            .setCheckpoints(List.of(checkpoint))
                            .setLoss(CROSS_ENTROPY)
                            .build();
            double[] self = tracIn.selfInfluence(examples).scores();
            assertThat((double) tracIn.scores(examples, examples).get(1, 1))
                    .isCloseTo(self[1], Percentage.withPercentage(1e-4));
        }
    }

    @Test
    void sameCheckpointTwiceIsRefused() {
        try (Workbench bench = new Workbench(directory, linear(3), 3, 2, 3, 4)) {
            List<Checkpoint> twice = new ArrayList<>(bench.checkpoints);
            twice.add(bench.checkpoints.get(0));
            assertThatThrownBy(() -> TracIn.builder().setCheckpoints(twice))
                    .hasMessageContaining("given twice");
        }
    }

    @Test
    void tileRefusesExamplesThatAreNotInIt() {
        try (Workbench bench = new Workbench(directory, linear(3), 5, 2, 3, 4)) {
            ScoreMatrix matrix =
                    bench.tracIn(CROSS_ENTROPY)
                            .build()
                            .scores(bench.testExamples(), bench.trainExamples());
            List<Integer> starts = new ArrayList<>();
            bench.tracIn(CROSS_ENTROPY)
                    .optBatchSize(3)
                    .build()
                    .scores(
                            bench.testExamples(),
                            bench.trainExamples(),
                            tile -> {
                                int first = tile.firstTrainIndex();
                                starts.add(first);
                                assertThat(tile.get(1, first))
                                        .isCloseTo(matrix.get(1, first), Offset.offset(1e-5f));
                                assertThat(tile.row(1)).hasSize(tile.trainCount());
                                assertThatThrownBy(() -> tile.get(0, first + tile.trainCount()))
                                        .isInstanceOf(IndexOutOfBoundsException.class)
                                        .hasMessageContaining("not in this tile");
                                assertThatThrownBy(() -> tile.get(2, first))
                                        .isInstanceOf(IndexOutOfBoundsException.class);
                            });
            assertThat(starts).containsExactly(0, 3);
        }
    }

    @Test
    void lossDropNeedsAPositiveLoss() {
        CheckpointSchedule schedule = CheckpointSchedule.atLossDrop(2);
        assertThat(schedule.dueAtLoss(1, .5)).isTrue();
        assertThat(schedule.dueAtLoss(1, .6)).isFalse();
        assertThat(schedule.dueAtLoss(-1, -1)).isFalse();
        assertThat(schedule.dueAtLoss(0, 0)).isFalse();
    }
}
