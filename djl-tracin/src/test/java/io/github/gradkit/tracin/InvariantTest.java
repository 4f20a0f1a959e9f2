package io.github.gradkit.tracin;

import static io.github.gradkit.tracin.Workbench.CROSS_ENTROPY;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import io.github.gradkit.tracin.internal.Form;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Laws that hold for any model and any data. */
class InvariantTest {

    private static final int N = 11;
    private static final int M = 6;

    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void open() {
        Block block =
                new SequentialBlock()
                        .add(Conv2d.builder().setFilters(4).setKernelShape(new Shape(3, 3)).build())
                        .add(BatchNorm.builder().build())
                        .add(Activation.tanhBlock())
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(5).build())
                        .add(Activation.reluBlock())
                        .add(Linear.builder().setUnits(3).build());
        bench = new Workbench(directory, block, N, M, 3, 1, 5, 5);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private TracIn.Builder tracIn() {
        return bench.tracIn(CROSS_ENTROPY);
    }

    private double[][] scores(TracIn.Builder builder) {
        return rows(builder.build().scores(bench.testExamples(), bench.trainExamples()));
    }

    private static double[][] rows(ScoreMatrix matrix) {
        double[][] rows = new double[matrix.testCount()][matrix.trainCount()];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[i].length; j++) {
                rows[i][j] = matrix.get(i, j);
            }
        }
        return rows;
    }

    private static void assertClose(double[][] actual, double[][] expected, double tolerance) {
        double largest = 0;
        for (double[] row : expected) {
            for (double v : row) {
                largest = Math.max(largest, Math.abs(v));
            }
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).containsExactly(expected[i], Offset.offset(tolerance * largest));
        }
    }

    private double[] self(int batchSize) {
        TracIn tracIn = tracIn().optBatchSize(batchSize).build();
        return tracIn.selfInfluence(bench.trainExamples()).scores();
    }

    @Test
    void batchSizeDoesNotMatter() {
        double[][] reference = scores(tracIn().optBatchSize(N));
        double[][] self = {self(N)};
        for (int batchSize : new int[] {1, 4, 7, 1000, Integer.MAX_VALUE}) {
            assertClose(scores(tracIn().optBatchSize(batchSize)), reference, 1e-6);
            assertClose(new double[][] {self(batchSize)}, self, 1e-6);
        }
    }

    @Test
    void memoryBudgetDoesNotMatter() {
        // one test example's factors fit at a time: the training side is passed over again and
        // again
        NDArray wide = bench.gaussian(new Shape(40, 1, 5, 5));
        Examples many =
                Examples.of(new NDList(wide), new NDList(bench.manager.zeros(new Shape(40))));
        double[][] reference = rows(tracIn().build().scores(many, bench.trainExamples()));
        double[][] tight =
                rows(
                        tracIn().optMemoryBudget(1 << 20)
                                .optBatchSize(3)
                                .build()
                                .scores(many, bench.trainExamples()));
        assertClose(tight, reference, 1e-6);
    }

    @Test
    void layersAddUpToTheWhole() {
        double[][] sum = new double[M][N];
        Map<String, ScoreMatrix> parts =
                tracIn().build().scoresByLayer(bench.testExamples(), bench.trainExamples());
        assertThat(parts.keySet())
                .containsExactly("01Conv2d", "02BatchNorm", "05Linear", "07Linear");
        parts.values().forEach(part -> addTo(sum, rows(part)));
        assertClose(sum, scores(tracIn()), 1e-6);
    }

    @Test
    void chosenLayersGiveTheirShare() {
        Map<String, ScoreMatrix> parts =
                tracIn().build().scoresByLayer(bench.testExamples(), bench.trainExamples());
        double[][] chosen = scores(tracIn().optLayers(path -> path.endsWith("Linear")));
        double[][] expected = new double[M][N];
        addTo(expected, rows(parts.get("05Linear")));
        addTo(expected, rows(parts.get("07Linear")));
        assertClose(chosen, expected, 1e-6);
    }

    @Test
    void checkpointsAddUpToTheWhole() {
        double[][] sum = new double[M][N];
        List<ScoreMatrix> parts =
                tracIn().build().scoresByCheckpoint(bench.testExamples(), bench.trainExamples());
        assertThat(parts).hasSize(2);
        parts.forEach(part -> addTo(sum, rows(part)));
        assertClose(sum, scores(tracIn()), 1e-6);
    }

    private static void addTo(double[][] sum, double[][] part) {
        for (int i = 0; i < sum.length; i++) {
            for (int j = 0; j < sum[i].length; j++) {
                sum[i][j] += part[i][j];
            }
        }
    }

    @Test
    void selfInfluencePartsAddUpAndAreTheDiagonal() {
        SelfInfluence self = tracIn().build().selfInfluence(bench.trainExamples());
        ScoreMatrix all = tracIn().build().scores(bench.trainExamples(), bench.trainExamples());
        for (int i = 0; i < N; i++) {
            int index = i;
            double score = self.scores()[i];
            assertThat(score).isPositive().isCloseTo(all.get(i, i), Offset.offset(1e-4 * score));
            assertThat(self.byLayer().values().stream().mapToDouble(v -> v[index]).sum())
                    .isCloseTo(score, Offset.offset(1e-12 * score));
            assertThat(self.byCheckpoint().stream().mapToDouble(v -> v[index]).sum())
                    .isCloseTo(score, Offset.offset(1e-12 * score));
        }
    }

    @Test
    void matrixOfOneSetIsSymmetricAndObeysCauchySchwarz() {
        ScoreMatrix s = tracIn().build().scores(bench.trainExamples(), bench.trainExamples());
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                double bound = Math.sqrt((double) s.get(i, i) * s.get(j, j));
                assertThat((double) s.get(i, j))
                        .isCloseTo(s.get(j, i), Offset.offset(1e-5 * bound));
                assertThat(Math.abs(s.get(i, j))).isLessThanOrEqualTo((float) (bound * 1.00001));
            }
        }
    }

    @Test
    void scoresAreProportionalToTheLearningRate() {
        double[][] reference = scores(tracIn());
        List<Checkpoint> tenTimes =
                bench.checkpoints.stream()
                        .map(c -> c.withLearningRate(10 * c.learningRate()))
                        .toList();
        double[][] scaled = scores(tracIn().setCheckpoints(tenTimes));
        for (double[] row : reference) {
            for (int j = 0; j < row.length; j++) {
                row[j] *= 10;
            }
        }
        assertClose(scaled, reference, 1e-5);
    }

    @Test
    void selfInfluenceAndAggregateAreProportionalToTheLearningRate() {
        List<Checkpoint> hundredth =
                bench.checkpoints.stream()
                        .map(c -> c.withLearningRate(c.learningRate() / 100))
                        .toList();
        TracIn scaled = tracIn().setCheckpoints(hundredth).build();
        TracIn reference = tracIn().build();
        double[] self = reference.selfInfluence(bench.trainExamples()).scores();
        double[] scaledSelf = scaled.selfInfluence(bench.trainExamples()).scores();
        double[] sum = reference.aggregate(bench.testExamples(), bench.trainExamples());
        double[] scaledSum = scaled.aggregate(bench.testExamples(), bench.trainExamples());
        for (int i = 0; i < N; i++) {
            assertThat(scaledSelf[i]).isCloseTo(self[i] / 100, Offset.offset(1e-7 * self[i]));
            assertThat(scaledSum[i])
                    .isCloseTo(sum[i] / 100, Offset.offset(1e-6 * (Math.abs(sum[i]) + 1e-3)));
        }
    }

    @Test
    void checkpointWithRateZeroAddsNothing() {
        double[][] reference = scores(tracIn());
        List<Checkpoint> more = new ArrayList<>(bench.checkpoints);
        more.add(bench.addCheckpoint(9, 0));
        assertClose(scores(tracIn().setCheckpoints(more)), reference, 1e-9);
    }

    @Test
    void permutingAndDuplicatingTrainingExamplesPermutesAndDuplicatesScores() {
        int[] order = {4, 0, 10, 2, 2, 7, 1, 3, 9, 5, 8, 6};
        NDArray index = bench.manager.create(order);
        Examples permuted =
                Examples.of(
                        new NDList(bench.train.head().get(new NDIndex("{}", index))),
                        new NDList(bench.trainLabels.head().get(new NDIndex("{}", index))));
        double[][] reference = scores(tracIn());
        double[][] actual = rows(tracIn().build().scores(bench.testExamples(), permuted));
        double[][] expected = new double[M][order.length];
        for (int i = 0; i < M; i++) {
            for (int j = 0; j < order.length; j++) {
                expected[i][j] = reference[i][order[j]];
            }
        }
        assertClose(actual, expected, 1e-6);
    }

    @Test
    void shardsOfTheTrainingExamplesConcatenate() {
        double[][] whole = scores(tracIn());
        double[][] joined = new double[M][N];
        int from = 0;
        for (int to : new int[] {4, 5, N}) {
            String range = from + ":" + to;
            Examples shard =
                    Examples.of(
                            new NDList(bench.train.head().get(range)),
                            new NDList(bench.trainLabels.head().get(range)));
            double[][] part = rows(tracIn().build().scores(bench.testExamples(), shard));
            for (int i = 0; i < M; i++) {
                System.arraycopy(part[i], 0, joined[i], from, to - from);
            }
            from = to;
        }
        assertClose(joined, whole, 1e-6);
    }

    @Test
    void shuffledDataSetKeepsItsIndices() {
        ArrayDataset shuffled =
                new ArrayDataset.Builder()
                        .setData(bench.train.head())
                        .optLabels(bench.trainLabels.head())
                        .setSampling(4, true, true)
                        .build();
        double[][] actual =
                rows(tracIn().build().scores(bench.testExamples(), Examples.of(shuffled)));
        assertClose(actual, scores(tracIn()), 1e-6);
    }

    @Test
    void topListsEqualTheSortedRowForAnyKAndBatchSize() {
        double[][] reference = scores(tracIn().optBatchSize(N));
        for (int k : new int[] {1, 3, N, 45}) {
            TopInfluences top =
                    tracIn().optBatchSize(N)
                            .build()
                            .top(bench.testExamples(), bench.trainExamples(), k);
            for (int i = 0; i < M; i++) {
                double[] row = reference[i];
                List<Integer> rising =
                        IntStream.range(0, N)
                                .boxed()
                                .sorted(
                                        Comparator.<Integer>comparingDouble(j -> row[j])
                                                .thenComparingInt(j -> j))
                                .toList();
                List<Integer> falling =
                        IntStream.range(0, N)
                                .boxed()
                                .sorted(
                                        Comparator.<Integer>comparingDouble(j -> -row[j])
                                                .thenComparingInt(j -> j))
                                .toList();
                int kept = Math.min(k, N);
                assertThat(top.proponents(i))
                        .extracting(Influence::index)
                        .isEqualTo(falling.subList(0, kept));
                assertThat(top.opponents(i))
                        .extracting(Influence::index)
                        .isEqualTo(rising.subList(0, kept));
            }
        }
    }

    @Test
    void testSideIsPassedOverOncePerCheckpointHoweverManyTrainingExamplesThereAre() {
        int few = testPasses(bench.trainExamples());
        NDArray many = bench.gaussian(new Shape(60, 1, 5, 5));
        NDArray labels = bench.manager.zeros(new Shape(60));
        int more = testPasses(Examples.of(new NDList(many), new NDList(labels)));
        assertThat(more).isEqualTo(few);
    }

    private int testPasses(Examples train) {
        int[] passes = {0};
        Objective counted =
                (labels, predictions) -> {
                    passes[0]++;
                    return CROSS_ENTROPY.evaluate(labels, predictions);
                };
        tracIn().optTestLoss(counted).optBatchSize(4).build().scores(bench.testExamples(), train);
        return passes[0];
    }

    @Test
    void sumAndMeanOfALossGiveTheSameScores() {
        Objective mean = Loss.softmaxCrossEntropyLoss()::evaluate;
        Objective sum =
                (labels, predictions) ->
                        mean.evaluate(labels, predictions)
                                .mul(
                                        predictions
                                                .getManager()
                                                .full(
                                                        new Shape(),
                                                        predictions.head().getShape().get(0)));
        Objective each =
                (labels, predictions) ->
                        predictions
                                .head()
                                .logSoftmax(1)
                                .get(new NDIndex().addAllDim().addPickDim(labels.head()))
                                .neg();
        double[][] reference = scores(bench.tracIn(mean).optBatchSize(4));
        assertClose(scores(bench.tracIn(sum).optBatchSize(4)), reference, 1e-6);
        assertClose(scores(bench.tracIn(each).optBatchSize(4)), reference, 1e-6);
    }

    @Test
    void testLossMayDifferFromTheTrainingLoss() {
        Objective squares = (labels, predictions) -> predictions.head().square().sum();
        ScoreMatrix actual =
                tracIn().optTestLoss(squares)
                        .build()
                        .scores(bench.testExamples(), bench.trainExamples());
        Workbench.assertScores(actual, bench.slowScores(CROSS_ENTROPY, squares), 1e-4);
    }

    @Test
    void scoreHasProponentsThatRaiseIt() {
        Objective loss = Loss.softmaxCrossEntropyLoss()::evaluate;
        Objective score = (labels, predictions) -> loss.evaluate(labels, predictions).neg();
        assertClose(scores(tracIn().optTestScore(score)), scores(tracIn()), 1e-6);
    }

    @Test
    void negatedTestLossSwapsProponentsAndOpponents() {
        Objective loss = Loss.softmaxCrossEntropyLoss()::evaluate;
        TopInfluences top =
                tracIn().optTestLoss(
                                (labels, predictions) -> loss.evaluate(labels, predictions).neg())
                        .build()
                        .top(bench.testExamples(), bench.trainExamples(), 4);
        TopInfluences reference =
                tracIn().build().top(bench.testExamples(), bench.trainExamples(), 4);
        for (int i = 0; i < M; i++) {
            assertThat(top.proponents(i))
                    .extracting(Influence::index)
                    .isEqualTo(reference.opponents(i).stream().map(Influence::index).toList());
        }
    }

    @Test
    void aggregateIsTheColumnSum() {
        double[] aggregate =
                tracIn().optBatchSize(4)
                        .build()
                        .aggregate(bench.testExamples(), bench.trainExamples());
        double[][] reference = scores(tracIn());
        for (int j = 0; j < N; j++) {
            double sum = 0;
            double magnitude = 0;
            for (double[] row : reference) {
                sum += row[j];
                magnitude += Math.abs(row[j]);
            }
            assertThat(aggregate[j]).isCloseTo(sum, Offset.offset(1e-5 * magnitude));
        }
    }

    @Test
    void frozenParametersDoNotCount() {
        bench.block.getChildren().get(0).getValue().freezeParameters(true);
        bench.checkpoints.clear();
        bench.save(3, .1);
        bench.block.getChildren().get(0).getValue().freezeParameters(false);
        Map<String, ScoreMatrix> parts =
                tracIn().build().scoresByLayer(bench.testExamples(), bench.trainExamples());
        assertThat(parts.keySet()).containsExactly("02BatchNorm", "05Linear", "07Linear");
    }

    @Test
    void frozenBiasOrWeightDoesNotCount() {
        for (int frozen = 0; frozen < 2; frozen++) {
            var parameter =
                    bench.block.getChildren().get(4).getValue().getParameters().valueAt(frozen);
            parameter.freeze(true);
            bench.checkpoints.clear();
            bench.save(3, .1);
            for (var form : Form.values()) {
                double[][] slow = bench.slowScores(CROSS_ENTROPY, CROSS_ENTROPY);
                assertClose(scores(tracIn().form(form)), slow, 1e-4);
            }
            parameter.freeze(false);
        }
    }

    @Test
    void modelTrainedHalfFrozenCountsWhatWasTrainedAtEachCheckpoint() {
        bench.checkpoints.remove(1);
        double[][] expected = scores(tracIn());
        bench.block.getChildren().get(0).getValue().freezeParameters(true);
        Checkpoint later = bench.addCheckpoint(5, .2);
        bench.block.getChildren().get(0).getValue().freezeParameters(false);
        List<Checkpoint> both = List.copyOf(bench.checkpoints);
        addTo(expected, scores(tracIn().setCheckpoints(List.of(later))));
        assertClose(scores(tracIn().setCheckpoints(both)), expected, 1e-6);
    }
}
