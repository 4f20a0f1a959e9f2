package io.github.gradkit.adm.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every loss must keep to. */
class AllLossesTest {

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    static Stream<Loss> losses() {
        return Stream.of(
                new PartialCrossEntropy(),
                RobustCrossEntropy.of(0.3),
                GridPottsLoss.of(Relaxation.BILINEAR),
                GridPottsLoss.of(Relaxation.QUADRATIC),
                GridPottsLoss.of(Relaxation.TOTAL_VARIATION),
                DenseCrfLoss.of(affinity(GaussianAffinity.Method.EXACT)),
                DenseCrfLoss.of(affinity(GaussianAffinity.Method.GRID)),
                NormalizedCutLoss.of(affinity(GaussianAffinity.Method.EXACT)),
                NormalizedCutLoss.of(affinity(GaussianAffinity.Method.GRID)),
                RegularizedLoss.of(
                        new PartialCrossEntropy(), 0.7, GridPottsLoss.of(Relaxation.BILINEAR)));
    }

    private static GaussianAffinity affinity(GaussianAffinity.Method method) {
        return GaussianAffinity.builder().optMethod(method).build();
    }

    @ParameterizedTest
    @MethodSource("losses")
    void gradientSurvivesTheGarbageCollectorBitForBit(Loss loss) {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT32, new Shape(2, 3, 4, 4), 1);
        NDList labels = Scenes.batch(manager, 3, 2);
        double[] calm = Gradients.of(x -> loss.evaluate(labels, new NDList(x)), scores);

        for (int i = 0; i < 3; i++) {
            double[] disturbed =
                    Gradients.of(
                            x -> loss.evaluate(labels, new NDList(x)),
                            scores,
                            Gradients::collectGarbage);
            assertThat(disturbed).containsExactly(calm);
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void gradientSurvivesTheEndOfTheLabelsBitForBit(Loss loss) {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT32, new Shape(2, 3, 4, 4), 15);
        NDList labels = Scenes.batch(manager, 3, 16);
        double[] calm = Gradients.of(x -> loss.evaluate(labels, new NDList(x)), scores);

        for (int i = 0; i < 3; i++) {
            NDManager batch = manager.newSubManager();
            NDList closed = Scenes.batch(batch, 3, 16);
            double[] disturbed =
                    Gradients.of(
                            x -> loss.evaluate(closed, new NDList(x)),
                            scores,
                            () -> {
                                closed.clear();
                                batch.close();
                                Gradients.collectGarbage();
                            });
            assertThat(disturbed).containsExactly(calm);
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void evaluatorsTakeScoresOfAnyTypeAndLeaveNothing(Loss loss) {
        NDList labels = Scenes.batch(manager, 3, 17);
        for (DataType type : new DataType[] {DataType.FLOAT32, DataType.FLOAT64}) {
            NDArray scores = Scenes.scores(manager, type, new Shape(2, 3, 4, 4), 18);
            float value =
                    (float) Gradients.value(x -> loss.evaluate(labels, new NDList(x)), scores);
            loss.addAccumulator("a");
            loss.addAccumulator("b");
            int before = ArrayCounts.of(manager);

            loss.updateAccumulators(new String[] {"a", "b"}, labels, new NDList(scores));
            loss.updateAccumulator("b", labels, new NDList(scores));

            assertThat(ArrayCounts.of(manager)).isEqualTo(before);
            assertThat(loss.getAccumulator("a")).isCloseTo(value, within(1e-6f * value));
            assertThat(loss.getAccumulator("b")).isCloseTo(value, within(1e-6f * value));
            loss.resetAccumulator("a");
            assertThat(loss.getAccumulator("a")).isNaN();
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void accumulatorsThatWereNotAddedAreRefused(Loss loss) {
        NDList labels = Scenes.batch(manager, 3, 20);
        NDList scores =
                new NDList(Scenes.scores(manager, DataType.FLOAT32, new Shape(2, 3, 4, 4), 21));

        assertThatIllegalArgumentException().isThrownBy(() -> loss.getAccumulator("none"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loss.updateAccumulator("none", labels, scores))
                .withMessageContaining("none");
    }

    @ParameterizedTest
    @MethodSource("losses")
    void scoresOfOtherTypesAreRefused(Loss loss) {
        NDList labels = Scenes.batch(manager, 3, 19);
        for (DataType type :
                new DataType[] {DataType.FLOAT16, DataType.INT32, DataType.INT64, DataType.INT8}) {
            NDList scores = new NDList(manager.zeros(new Shape(2, 3, 4, 4), type));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> loss.evaluate(labels, scores))
                    .withMessageContaining(type.toString())
                    .withMessageContaining("float32");
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void evaluationLeavesOnlyItsResult(Loss loss) {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT32, new Shape(2, 3, 4, 4), 3);
        NDList labels = Scenes.batch(manager, 3, 4);
        int before = ArrayCounts.of(manager);

        for (int i = 0; i < 200; i++) {
            NDArray value = loss.evaluate(labels, new NDList(scores));
            assertThat(value.getManager()).isSameAs(manager);
            assertThat(ArrayCounts.of(manager)).isEqualTo(before + 1);
            value.close();
        }

        assertThat(ArrayCounts.of(manager)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void refusedEvaluationLeavesNothing(Loss loss) {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT32, new Shape(2, 3, 4, 5), 5);
        NDList labels = Scenes.batch(manager, 3, 6);
        int before = ArrayCounts.of(manager);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> loss.evaluate(labels, new NDList(scores)))
                .withMessageContaining("(2, 3, 4, 5)");
        assertThat(ArrayCounts.of(manager)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void twoOrManyLabelsDo(Loss loss) {
        for (int labels : new int[] {2, 21}) {
            NDArray scores =
                    Scenes.scores(manager, DataType.FLOAT32, new Shape(2, labels, 4, 4), 7);
            NDList given = Scenes.batch(manager, labels, 8);

            double value = Gradients.value(x -> loss.evaluate(given, new NDList(x)), scores);
            assertThat(value).isFinite().isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void scoreOfNanMakesTheLossNan(Loss loss) {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT32, new Shape(2, 3, 4, 4), 9);
        NDList labels = Scenes.batch(manager, 3, 10);
        scores.set(new ai.djl.ndarray.index.NDIndex("0, 0, 1, 1"), Float.NaN);

        assertThat(Gradients.value(x -> loss.evaluate(labels, new NDList(x)), scores)).isNaN();
    }

    @ParameterizedTest
    @MethodSource("losses")
    void labelsAndScoresStayAsTheyAre(Loss loss) {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT32, new Shape(2, 3, 4, 4), 11);
        NDList labels = Scenes.batch(manager, 3, 12);
        NDArray copy = scores.duplicate();
        NDList copies = new NDList(labels.stream().map(NDArray::duplicate).toList());

        loss.evaluate(labels, new NDList(scores)).close();

        assertThat(scores).isEqualTo(copy);
        for (int i = 0; i < labels.size(); i++) {
            assertThat(labels.get(i)).isEqualTo(copies.get(i));
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void permutedLabelsChangeNothing(Loss loss) {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT64, new Shape(2, 2, 4, 4), 13);
        NDList labels = Scenes.batch(manager, 2, 14);
        NDArray swapped = scores.get(":, 1:").concat(scores.get(":, :1"), 1);
        byte[] bytes = labels.get(0).toByteArray();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (bytes[i] < 0 ? bytes[i] : 1 - bytes[i]);
        }
        NDList renamed = new NDList(labels);
        renamed.set(0, Scenes.bytes(manager, labels.get(0).getShape(), bytes));

        double value = Gradients.value(x -> loss.evaluate(labels, new NDList(x)), scores);
        assertThat(Gradients.value(x -> loss.evaluate(renamed, new NDList(x)), swapped))
                .isCloseTo(value, within(1e-12));
    }
}
