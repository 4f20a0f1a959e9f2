package io.github.gradkit.advtrain.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and gradients of the losses for pairs. */
class PairedLossTest {

    private static final double BETA = 3.5;
    private static final double STEP = 1e-6;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private interface Twin {
        double of(double beta, double[][] clean, double[][] perturbed, int[] labels);
    }

    private record Pair(double[][] clean, double[][] perturbed, int[] labels) {

        static Pair random(int rows, int logits) {
            Random random = new Random(logits);
            double[][] clean = new double[rows][logits];
            double[][] perturbed = new double[rows][logits];
            int[] labels = new int[rows];
            for (int i = 0; i < rows; i++) {
                Arrays.setAll(clean[i], c -> 2 * random.nextGaussian());
                Arrays.setAll(perturbed[i], c -> 2 * random.nextGaussian());
                labels[i] = random.nextInt(Math.max(logits, 2));
            }
            return new Pair(clean, perturbed, labels);
        }
    }

    private NDArray array(double[][] rows, DataType type) {
        double[] flat = Arrays.stream(rows).flatMapToDouble(DoubleStream::of).toArray();
        Shape shape = new Shape(rows.length, rows[0].length);
        return manager.create(flat, shape).toType(type, false).duplicate();
    }

    /** The value, and the gradients by the clean and the perturbed logits. */
    private double[][] evaluate(Loss loss, Pair pair, NDArray labels, DataType type) {
        NDArray clean = array(pair.clean, type);
        NDArray perturbed = array(pair.perturbed, type);
        clean.setRequiresGradient(true);
        perturbed.setRequiresGradient(true);
        double value;
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray result = loss.evaluate(new NDList(labels), new NDList(clean, perturbed));
            assertThat(result.getShape()).isEqualTo(new Shape());
            collector.backward(result);
            value = result.toType(DataType.FLOAT64, true).getDouble();
        }
        return new double[][] {
            {value}, gradient(clean), gradient(perturbed),
        };
    }

    private static double[] gradient(NDArray array) {
        return array.getGradient().toType(DataType.FLOAT64, true).toDoubleArray();
    }

    private static double[] differences(Twin twin, Pair pair, double[][] moved) {
        double[] result = new double[moved.length * moved[0].length];
        int next = 0;
        for (double[] row : moved) {
            for (int c = 0; c < row.length; c++) {
                double before = row[c];
                row[c] = before + STEP;
                double above = twin.of(BETA, pair.clean, pair.perturbed, pair.labels);
                row[c] = before - STEP;
                double below = twin.of(BETA, pair.clean, pair.perturbed, pair.labels);
                row[c] = before;
                result[next++] = (above - below) / (2 * STEP);
            }
        }
        return result;
    }

    private void assertTwins(Loss loss, Twin twin, int logits) {
        Pair pair = Pair.random(5, logits);
        NDArray labels = manager.create(pair.labels);
        double[][] found = evaluate(loss, pair, labels, DataType.FLOAT64);

        double value = twin.of(BETA, pair.clean, pair.perturbed, pair.labels);
        assertThat(found[0][0]).isCloseTo(value, within(1e-12));
        assertThat(found[1]).containsExactly(differences(twin, pair, pair.clean), within(1e-7));
        assertThat(found[2]).containsExactly(differences(twin, pair, pair.perturbed), within(1e-7));
        double[][] single = evaluate(loss, pair, labels, DataType.FLOAT32);
        assertThat(single[0][0]).isCloseTo(value, within(1e-4));
        assertThat(single[2]).containsExactly(found[2], within(1e-4));
        double[][] half = evaluate(loss, pair, labels, DataType.FLOAT16);
        assertThat(half[0][0]).isCloseTo(value, within(0.02 * (1 + value)));
        assertThat(half[2]).containsExactly(found[2], within(0.02));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10})
    void valuesAndGradientsOfTradesAreThoseOfTheTwin(int logits) {
        assertTwins(TradesLoss.of(BETA), PairedTwins::trades, logits);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10})
    void valuesAndGradientsOfMartAreThoseOfTheTwin(int logits) {
        assertTwins(MartLoss.of(BETA), PairedTwins::mart, logits);
    }

    @Test
    void valueByHand() {
        // p = (1/2, 1/2), q = (1/5, 4/5), label 0.
        Pair pair = new Pair(new double[][] {{0, 0}}, new double[][] {{0, Math.log(4)}}, null);
        NDArray labels = manager.create(new long[] {0});
        double divergence = 0.5 * Math.log(0.5 / 0.2) + 0.5 * Math.log(0.5 / 0.8);

        assertThat(evaluate(TradesLoss.of(6), pair, labels, DataType.FLOAT64)[0][0])
                .isCloseTo(Math.log(2) + 6 * divergence, within(1e-12));
        assertThat(evaluate(MartLoss.of(5), pair, labels, DataType.FLOAT64)[0][0])
                .isCloseTo(Math.log(5) - Math.log(0.2001) + 2.5 * divergence, within(1e-9));
    }

    @Test
    void pairsOfTheSameOutputsHaveNoDivergenceAndNoGradientOfIt() {
        Pair random = Pair.random(4, 3);
        Pair same = new Pair(random.clean, random.clean, random.labels);
        NDArray labels = manager.create(random.labels);
        double[][] found = evaluate(TradesLoss.of(1000), same, labels, DataType.FLOAT64);
        double[][] clean = evaluate(TradesLoss.of(0), same, labels, DataType.FLOAT64);

        assertThat(found[0]).containsExactly(clean[0], within(1e-12));
        assertThat(found[1]).containsExactly(clean[1], within(1e-12));
        assertThat(found[2]).containsOnly(new double[12], within(1e-12));
    }

    @Test
    void withoutPerturbedOutputsAndWithBetaZeroItIsCrossEntropy() {
        Pair pair = Pair.random(6, 3);
        NDArray clean = array(pair.clean, DataType.FLOAT32);
        NDList labels = new NDList(manager.create(pair.labels));
        float expected =
                Loss.softmaxCrossEntropyLoss().evaluate(labels, new NDList(clean)).getFloat();

        for (Loss loss : new Loss[] {TradesLoss.of(6), MartLoss.of(5)}) {
            assertThat(loss.evaluate(labels, new NDList(clean)).getFloat())
                    .isCloseTo(expected, within(1e-6f));
        }
        assertThat(evaluate(TradesLoss.of(0), pair, labels.head(), DataType.FLOAT32)[0][0])
                .isCloseTo(expected, within(1e-6));
    }

    @Test
    void confidenceWithoutMeasureStaysFinite() {
        double[][] sure = {{1e4, 0, 0}, {0, 1e4, 0}};
        double[][] wrong = {{0, 1e4, 0}, {1e4, 0, 0}};
        NDArray labels = manager.create(new long[] {0, 1});
        for (Loss loss : new Loss[] {TradesLoss.of(6), MartLoss.of(5)}) {
            for (double[][] found :
                    new double[][][] {
                        evaluate(loss, new Pair(sure, wrong, null), labels, DataType.FLOAT32),
                        evaluate(loss, new Pair(wrong, sure, null), labels, DataType.FLOAT32),
                        evaluate(loss, new Pair(wrong, wrong, null), labels, DataType.FLOAT32)
                    }) {
                for (double[] values : found) {
                    assertThat(DoubleStream.of(values)).allMatch(Double::isFinite);
                }
            }
        }
    }

    @Test
    void labelsMayBeAColumnOfAnyType() {
        Pair pair = Pair.random(4, 3);
        NDArray labels = manager.create(pair.labels);
        double[][] expected = evaluate(MartLoss.of(5), pair, labels, DataType.FLOAT32);
        NDArray column = labels.reshape(4, 1).toType(DataType.FLOAT32, true);

        assertThat(evaluate(MartLoss.of(5), pair, column, DataType.FLOAT32))
                .isDeepEqualTo(expected);
    }

    @Test
    void settingsAndLabelsThatCannotWorkAreRefused() {
        for (double beta : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException().isThrownBy(() -> TradesLoss.of(beta));
            assertThatIllegalArgumentException().isThrownBy(() -> MartLoss.of(beta));
        }
        Pair pair = Pair.random(4, 3);
        NDArray oneHot = manager.create(new Shape(4, 3), DataType.FLOAT32);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                TradesLoss.of(1)
                                        .evaluate(
                                                new NDList(oneHot),
                                                new NDList(array(pair.clean, DataType.FLOAT32))))
                .withMessageContaining("one class per example");
    }
}
