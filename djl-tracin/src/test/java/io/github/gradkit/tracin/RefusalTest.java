package io.github.gradkit.tracin;

import static io.github.gradkit.tracin.Workbench.CROSS_ENTROPY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.util.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input gives an error that says what is wrong and what to do. */
class RefusalTest {

    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void open() {
        Block block =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(4).build())
                        .add(Linear.builder().setUnits(3).build());
        bench = new Workbench(directory, block, 6, 4, 3, 5);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void scores(TracIn.Builder builder) {
        builder.build().scores(bench.testExamples(), bench.trainExamples());
    }

    @Test
    void modelWhoseExamplesAreCoupledIsRefusedByLayer() {
        Block block =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(4).build())
                        .add(new HiddenBlock((store, x) -> x.sub(x.mean(new int[] {0}, true))))
                        .add(Linear.builder().setUnits(3).build());
        try (Workbench coupled = new Workbench(directory.resolve("."), block, 6, 4, 3, 5)) {
            TracIn tracIn = coupled.tracIn(CROSS_ENTROPY).build();
            assertThatThrownBy(() -> tracIn.selfInfluence(coupled.trainExamples()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("02HiddenBlock")
                    .hasMessageContaining("another output alone than in a batch");
        }
    }

    @Test
    void lossWhoseExamplesAreCoupledIsRefused() {
        Objective contrast =
                (labels, predictions) -> {
                    NDArray p = predictions.head();
                    return p.matMul(p.transpose()).sum();
                };
        assertThatThrownBy(() -> scores(bench.tracIn(contrast)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("neither the sum nor the mean");
    }

    @Test
    void emptyExamplesAreRefused() {
        Examples none = Examples.of(new float[0][], new int[0], new Shape(5));
        TracIn tracIn = bench.tracIn(CROSS_ENTROPY).build();
        assertThatThrownBy(() -> tracIn.scores(bench.testExamples(), none))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("training examples are empty");
        assertThatThrownBy(() -> tracIn.aggregate(none, bench.trainExamples()))
                .hasMessageContaining("test examples are empty");
    }

    /** Loses examples as soon as the analysis has begun. */
    private static final class Shrinking extends RandomAccessDataset implements Progress {

        private final NDList rows;
        private int size = 6;

        Shrinking(NDArray data, NDArray labels) {
            super(new ArrayDataset.Builder().setSampling(1, false));
            rows = new NDList(data, labels);
        }

        @Override
        public Record get(NDManager manager, long index) {
            return new Record(
                    new NDList(rows.get(0).get(manager, index)),
                    new NDList(rows.get(1).get(manager, index)));
        }

        @Override
        protected long availableSize() {
            return size;
        }

        @Override
        public void prepare(Progress progress) {}

        @Override
        public void reset(String message, long max, String trailingMessage) {
            size = 4;
        }

        @Override
        public void start(long initialProgress) {}

        @Override
        public void end() {}

        @Override
        public void increment(long increment) {}

        @Override
        public void update(long progress, String message) {}
    }

    @Test
    void examplesThatGoMissingOnTheWayAreNoticed() {
        Shrinking data = new Shrinking(bench.train.head(), bench.trainLabels.head());
        TracIn tracIn = bench.tracIn(CROSS_ENTROPY).optProgress(data).build();
        assertThatThrownBy(() -> tracIn.selfInfluence(Examples.of(data)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("4 of 6 training examples");
    }

    @Test
    void checkpointsOfAnotherModelAreRefused() {
        Block other =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(5).build())
                        .add(Linear.builder().setUnits(3).build());
        other.initialize(bench.manager, DataType.FLOAT32, new Shape(1, 5));
        TracIn.Builder builder = bench.tracIn(CROSS_ENTROPY).setBlock(other);
        assertThatThrownBy(() -> scores(builder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("checkpoint-1.safetensors")
                .hasMessageContaining("other parameters");
    }

    @Test
    void uninitialisedModelIsRefused() {
        Block block = Linear.builder().setUnits(3).build();
        assertThatThrownBy(() -> scores(bench.tracIn(CROSS_ENTROPY).setBlock(block)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("weight");
    }

    @Test
    void damagedCheckpointIsRefusedByName() throws IOException {
        Path file = bench.checkpoints.get(1).file();
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 3] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> scores(bench.tracIn(CROSS_ENTROPY)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file.toString());
        Files.delete(file);
        assertThatThrownBy(() -> scores(bench.tracIn(CROSS_ENTROPY)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void foreignFileIsNotTakenForACheckpoint() throws IOException {
        Path file = Files.writeString(directory.resolve("model.safetensors"), "no tensors here");
        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("model.safetensors");
    }

    @Test
    void folderWithoutCheckpointsSaysWhatToDo() throws IOException {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertThatThrownBy(() -> Checkpoint.list(empty))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("CheckpointListener");
        assertThatThrownBy(() -> Checkpoint.list(directory.resolve("missing")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void divergedCheckpointIsNamed() {
        NDArray weight = bench.block.getParameters().valueAt(0).getArray();
        bench.manager.full(weight.getShape(), Float.NaN).copyTo(weight);
        bench.save(77, .1);
        TracIn tracIn = bench.tracIn(CROSS_ENTROPY).build();
        assertThatThrownBy(() -> tracIn.selfInfluence(bench.trainExamples()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("training example 0 is NaN")
                .hasMessageContaining("step 77");
        assertThatThrownBy(() -> tracIn.scores(bench.testExamples(), bench.trainExamples()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("step 77");
    }

    @Test
    void exampleThatIsNotFiniteIsNamed() {
        float[] values = bench.train.head().toFloatArray();
        values[5 * 5 + 2] = Float.POSITIVE_INFINITY;
        Examples bad =
                Examples.of(
                        new NDList(bench.manager.create(values, new Shape(6, 5))),
                        bench.trainLabels);
        TracIn tracIn = bench.tracIn(CROSS_ENTROPY).build();
        assertThatThrownBy(() -> tracIn.selfInfluence(bad))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("training example 5");
    }

    @Test
    void unknownLayerListsTheKnownOnes() {
        TracIn.Builder builder = bench.tracIn(CROSS_ENTROPY).optLayers("07Linear"::equals);
        assertThatThrownBy(() -> scores(builder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("01Linear, 02Linear");
    }

    @Test
    void modelThatWasNeverTrainedIsRefused() {
        bench.block.freezeParameters(true);
        bench.checkpoints.clear();
        bench.save(1, .1);
        assertThatThrownBy(() -> scores(bench.tracIn(CROSS_ENTROPY)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no trained parameter");
    }

    @Test
    void loadedAndFrozenModelStillCountsWhatWasTrained() {
        bench.block.freezeParameters(true);
        ScoreMatrix frozen =
                bench.tracIn(CROSS_ENTROPY)
                        .build()
                        .scores(bench.testExamples(), bench.trainExamples());
        bench.block.freezeParameters(false);
        Workbench.assertScores(frozen, bench.slowScores(CROSS_ENTROPY, CROSS_ENTROPY), 1e-4);
    }

    @Test
    void badSettingsAreRefusedWithTheirValue() {
        TracIn.Builder builder = bench.tracIn(CROSS_ENTROPY);
        assertThatThrownBy(() -> builder.optBatchSize(0)).hasMessageContaining("got 0");
        assertThatThrownBy(() -> builder.optMemoryBudget(7)).hasMessageContaining("got 7");
        assertThatThrownBy(() -> builder.setCheckpoints(List.of()))
                .hasMessageContaining("got none");
        assertThatThrownBy(
                        () -> builder.build().top(bench.testExamples(), bench.trainExamples(), 0))
                .hasMessageContaining("got 0");
        assertThatThrownBy(() -> bench.checkpoints.get(0).withLearningRate(Double.NaN))
                .hasMessageContaining("got NaN");
        assertThatThrownBy(() -> TracIn.builder().setBlock(bench.block).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("setLoss");
        assertThatThrownBy(() -> Examples.of(new float[2][5], new int[3], new Shape(5)))
                .hasMessageContaining("2 examples and 3 labels");
        assertThatThrownBy(() -> Examples.of(new float[2][4], new int[2], new Shape(5)))
                .hasMessageContaining("Example 0 has 4 values, expected 5");
    }

    @Test
    void singleExampleWorks() {
        Examples one = Examples.of(new float[][] {{1, 2, 3, 4, 5}}, new int[] {2}, new Shape(5));
        TracIn tracIn = bench.tracIn(CROSS_ENTROPY).build();
        float pair = tracIn.scores(one, one).get(0, 0);
        assertThat((double) pair)
                .isCloseTo(tracIn.selfInfluence(one).scores()[0], Percentage.withPercentage(1e-3));
    }
}
