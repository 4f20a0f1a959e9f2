package io.github.gradkit.adm.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrossEntropyTest {

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @CsvSource({"2, 0", "2, 0.3", "3, 0", "3, 0.5", "21, 0", "21, 0.944", "21, 1e-9"})
    void meanIsThatOfTheFormulaOverLabelledPixels(int labels, double epsilon) {
        Shape shape = new Shape(2, labels, 3, 5);
        NDArray scores = Scenes.scores(manager, DataType.FLOAT64, shape, 1);
        NDArray scribbles = Scenes.scribbles(manager, new Shape(2, 3, 5), labels, 2);

        double mean = Gradients.value(x -> RobustCrossEntropy.mean(x, scribbles, epsilon), scores);

        // Torch's softplus is exact to 2.1e-9 where its argument is above 20.
        double bound = epsilon > 0 && epsilon < 1e-6 ? 2.1e-9 : 1e-12;
        assertThat(mean).isCloseTo(slowMean(scores, scribbles, epsilon), within(bound));
    }

    private static double slowMean(NDArray scores, NDArray scribbles, double epsilon) {
        double[][] probabilities = SlowEnergies.pixels(scores);
        byte[] labels = scribbles.toByteArray();
        double sum = 0;
        int count = 0;
        for (int pixel = 0; pixel < labels.length; pixel++) {
            int label = Byte.toUnsignedInt(labels[pixel]);
            if (label != 255) {
                double[] s = probabilities[pixel];
                double noise = epsilon / (s.length - 1);
                sum -= Math.log(noise + (1 - s.length * noise) * s[label]);
                count++;
            }
        }
        return sum / count;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-9, 0.2, 0.6})
    void gradientIsThatOfDifferencesAndOfTheClosedForm(double epsilon) {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT64, new Shape(2, 3, 4, 4), 3);
        NDArray scribbles = Scenes.scribbles(manager, new Shape(2, 4, 4), 3, 4);

        Gradients.assertMatchDifferences(
                x -> RobustCrossEntropy.mean(x, scribbles, epsilon), scores);

        double[] gradient =
                Gradients.of(x -> RobustCrossEntropy.mean(x, scribbles, epsilon), scores);
        double[] wanted = closedForm(scores, scribbles, epsilon);
        for (int i = 0; i < wanted.length; i++) {
            assertThat(gradient[i]).isCloseTo(wanted[i], within(1e-9));
        }
    }

    /** With m = b s / (a + b s) of the label: the gradient is m (s - [label]) / count. */
    private static double[] closedForm(NDArray scores, NDArray scribbles, double epsilon) {
        double[][] probabilities = SlowEnergies.pixels(scores);
        byte[] given = scribbles.toByteArray();
        int classes = probabilities[0].length;
        int plane = 16;
        double[] result = new double[Math.toIntExact(scores.size())];
        int count = 0;
        for (int pixel = 0; pixel < given.length; pixel++) {
            int label = Byte.toUnsignedInt(given[pixel]);
            if (label == 255) {
                continue;
            }
            count++;
            double a = epsilon / (classes - 1);
            double bs = (1 - classes * a) * probabilities[pixel][label];
            for (int k = 0; k < classes; k++) {
                double slope = probabilities[pixel][k] - (k == label ? 1 : 0);
                int place = (pixel / plane * classes + k) * plane + pixel % plane;
                result[place] = bs / (a + bs) * slope;
            }
        }
        for (int i = 0; i < result.length; i++) {
            result[i] /= count;
        }
        return result;
    }

    @Test
    void withoutNoiseRobustIsPlainBitForBit() {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT32, new Shape(2, 3, 4, 4), 5);
        NDList labels = new NDList(Scenes.scribbles(manager, new Shape(2, 4, 4), 3, 6));

        double plain =
                Gradients.value(
                        x -> new PartialCrossEntropy().evaluate(labels, new NDList(x)), scores);
        double robust =
                Gradients.value(
                        x -> RobustCrossEntropy.of(0).evaluate(labels, new NDList(x)), scores);

        assertThat(robust).isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 21})
    void withTheMostNoiseLabelsTellNothing(int labels) {
        double epsilon = (labels - 1.0) / labels;
        NDArray scores = Scenes.scores(manager, DataType.FLOAT64, new Shape(1, labels, 4, 4), 7);
        NDArray scribbles = Scenes.scribbles(manager, new Shape(1, 4, 4), labels, 8);

        double[] gradient =
                Gradients.of(x -> RobustCrossEntropy.mean(x, scribbles, epsilon), scores);
        double mean = Gradients.value(x -> RobustCrossEntropy.mean(x, scribbles, epsilon), scores);

        assertThat(gradient).containsOnly(0);
        assertThat(mean).isCloseTo(Math.log(labels), within(1e-12));
    }

    @Test
    void sureAndRightCostsNothingSureAndWrongIsBounded() {
        int[] labelling = Scenes.labelling(16, 3, 9);
        NDArray sure = Scenes.sure(manager, DataType.FLOAT32, labelling, new Shape(1, 3, 4, 4));
        NDArray right = Scenes.bytes(manager, new Shape(1, 4, 4), bytes(labelling, 0));
        NDArray wrong = Scenes.bytes(manager, new Shape(1, 4, 4), bytes(labelling, 1));

        assertThat(Gradients.value(x -> LabelCrossEntropy.mean(x, right), sure)).isZero();
        assertThat(Gradients.value(x -> LabelCrossEntropy.mean(x, wrong), sure)).isEqualTo(1e4);
        assertThat(Gradients.value(x -> RobustCrossEntropy.mean(x, right, 0.1), sure))
                .isCloseTo(-Math.log(0.9), within(1e-6));
        assertThat(Gradients.value(x -> RobustCrossEntropy.mean(x, wrong, 0.1), sure))
                .isCloseTo(-Math.log(0.05), within(1e-6));
        assertThat(Gradients.of(x -> RobustCrossEntropy.mean(x, wrong, 0.1), sure)).containsOnly(0);
    }

    private static byte[] bytes(int[] labelling, int shift) {
        byte[] result = new byte[labelling.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (byte) ((labelling[i] + shift) % 3);
        }
        return result;
    }

    @Test
    void crossEntropyIsTheDivergenceOfTheSegmentationFromTheLabelling() {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT64, new Shape(1, 2, 1, 2), 10);
        NDArray labelling = Scenes.bytes(manager, new Shape(1, 1, 2), (byte) 1, (byte) 0);
        double[][] s = SlowEnergies.pixels(scores);
        // KL(X || S) with X of 0 and 1 only, and 0 log 0 = 0.
        double divergence = (Math.log(1 / s[0][1]) + Math.log(1 / s[1][0])) / 2;

        assertThat(Gradients.value(x -> LabelCrossEntropy.mean(x, labelling), scores))
                .isCloseTo(divergence, within(1e-12));
    }

    @Test
    void withoutScribblesLossAndGradientAreZero() {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT32, new Shape(1, 2, 1, 2), 11);
        NDArray none = Scenes.bytes(manager, new Shape(1, 1, 2), (byte) 255, (byte) 255);

        assertThat(Gradients.value(x -> LabelCrossEntropy.mean(x, none), scores)).isZero();
        assertThat(Gradients.of(x -> LabelCrossEntropy.mean(x, none), scores)).containsOnly(0);
        assertThat(Gradients.of(x -> RobustCrossEntropy.mean(x, none, 0.1), scores))
                .containsOnly(0);
    }

    @Test
    void fullMaskIsTheUsualCrossEntropyAndOtherIntegerTypesDo() {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT32, new Shape(1, 3, 2, 2), 12);
        NDArray mask = manager.create(new int[] {0, 1, 2, 1}, new Shape(1, 2, 2));
        NDArray usual =
                new ai.djl.training.loss.SoftmaxCrossEntropyLoss("usual", 1, 1, true, true)
                        .evaluate(new NDList(mask.expandDims(1)), new NDList(scores));

        for (DataType type : new DataType[] {DataType.INT32, DataType.INT64, DataType.UINT8}) {
            NDArray typed = mask.toType(type, true);
            assertThat(Gradients.value(x -> LabelCrossEntropy.mean(x, typed), scores))
                    .isCloseTo(usual.getFloat(), within(1e-6));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 254, -1})
    void labelThatTheNetworkDoesNotScoreIsNamed(int label) {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT32, new Shape(1, 3, 1, 2), 13);
        NDArray labels = manager.create(new int[] {label, 0}, new Shape(1, 1, 2));
        int before = ArrayCounts.of(manager);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelCrossEntropy.mean(scores, labels))
                .withMessageContaining("label " + label)
                .withMessageContaining("0 to 2");
        assertThat(ArrayCounts.of(manager)).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"UINT8", "INT32", "INT64"})
    void labelsMayBeClosedBeforeTheBackwardPass(DataType type) {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT32, new Shape(2, 3, 4, 4), 21);
        NDArray open = Scenes.scribbles(manager, new Shape(2, 4, 4), 3, 22);
        for (double epsilon : new double[] {0, 0.2}) {
            double[] calm = Gradients.of(x -> RobustCrossEntropy.mean(x, open, epsilon), scores);

            NDManager batch = manager.newSubManager();
            NDArray labels = integers(batch, type, open.toUint8Array());
            double[] disturbed =
                    Gradients.of(
                            x -> RobustCrossEntropy.mean(x, labels, epsilon),
                            scores,
                            () -> {
                                batch.close();
                                Gradients.collectGarbage();
                            });

            assertThat(disturbed).containsExactly(calm);
        }
    }

    /** Returns labels that are in Java's memory, so that they are gone when they are closed. */
    private static NDArray integers(NDManager manager, DataType type, int[] labels) {
        Shape shape = new Shape(2, 4, 4);
        return switch (type) {
            case INT32 -> manager.create(labels, shape);
            case INT64 -> manager.create(Arrays.stream(labels).asLongStream().toArray(), shape);
            default -> {
                byte[] bytes = new byte[labels.length];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) labels[i];
                }
                yield Scenes.bytes(manager, shape, bytes);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.MIN_VALUE, 1e-323, 1e-300})
    void noiseNextToNothingIsAsGoodAsNone(double epsilon) {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT64, new Shape(2, 21, 4, 4), 23);
        NDArray labels = Scenes.scribbles(manager, new Shape(2, 4, 4), 21, 24);
        double plain = Gradients.value(x -> LabelCrossEntropy.mean(x, labels), scores);
        double[] wanted = Gradients.of(x -> LabelCrossEntropy.mean(x, labels), scores);

        assertThat(Gradients.value(x -> RobustCrossEntropy.mean(x, labels, epsilon), scores))
                .isCloseTo(plain, within(1e-12));
        assertThat(Gradients.of(x -> RobustCrossEntropy.mean(x, labels, epsilon), scores))
                .containsExactly(wanted, within(1e-12));
    }

    @Test
    void scoresOfAnotherShapeAreRefused() {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT32, new Shape(1, 3, 2, 2), 13);

        for (Shape shape : new Shape[] {new Shape(2, 2, 2), new Shape(1, 4, 2), new Shape(4)}) {
            NDArray labels = manager.zeros(shape, DataType.INT32);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> LabelCrossEntropy.mean(scores, labels))
                    .withMessageContaining("shape");
        }
    }

    @Test
    void scoreOfNanIsNotHidden() {
        NDArray labels = Scenes.bytes(manager, new Shape(1, 1, 2), (byte) 255, (byte) 0);
        NDArray scores = manager.create(new float[] {Float.NaN, 0, 0, 0}, new Shape(1, 2, 1, 2));

        assertThat(Gradients.value(x -> LabelCrossEntropy.mean(x, labels), scores)).isNaN();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 0.1", "2, 0", "2, 0.1"})
    void forbiddenLabelIsAsGoodAsAVeryLowScore(int forbidden, double epsilon) {
        NDArray labels = Scenes.scribbles(manager, new Shape(2, 4, 4), 3, 15);
        byte[] others = labels.toByteArray();
        for (int i = 0; i < others.length; i++) {
            others[i] = others[i] == forbidden ? 1 : others[i];
        }
        NDArray allowed = Scenes.bytes(manager, labels.getShape(), others);
        NDArray scores = forbid(forbidden, Double.NEGATIVE_INFINITY);
        NDArray low = forbid(forbidden, -1e6);
        UnaryOperator<NDArray> loss = x -> RobustCrossEntropy.mean(x, allowed, epsilon);

        assertThat(Gradients.value(loss, scores)).isFinite().isEqualTo(Gradients.value(loss, low));
        assertThat(Gradients.of(loss, scores)).containsExactly(Gradients.of(loss, low));
    }

    private NDArray forbid(int label, double score) {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT64, new Shape(2, 3, 4, 4), 16);
        scores.set(new NDIndex(":, " + label), score);
        return scores;
    }

    @Test
    void forbiddenLabelOfALabelledPixelCostsTheMost() {
        NDArray scores = forbid(0, Double.NEGATIVE_INFINITY);
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) 255);
        bytes[3] = 0;
        NDArray labels = Scenes.bytes(manager, new Shape(2, 4, 4), bytes);

        assertThat(Gradients.value(x -> LabelCrossEntropy.mean(x, labels), scores))
                .isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(Gradients.value(x -> RobustCrossEntropy.mean(x, labels, 0.1), scores))
                .isCloseTo(-Math.log(0.05), within(1e-12));
        for (double epsilon : new double[] {0, 0.1}) {
            assertThat(Gradients.of(x -> RobustCrossEntropy.mean(x, labels, epsilon), scores))
                    .doesNotContain(Double.NaN);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 0.7, 1, Double.NaN})
    void noiseOutOfRangeIsRefused(double epsilon) {
        NDArray scores = Scenes.scores(manager, DataType.FLOAT32, new Shape(1, 3, 1, 1), 14);
        NDArray labels = Scenes.bytes(manager, new Shape(1, 1, 1), (byte) 0);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> RobustCrossEntropy.mean(scores, labels, epsilon))
                .withMessageContaining(Double.toString(epsilon))
                .withMessageContaining("0.666");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void noiseThatNoNumberOfLabelsAllowsIsRefusedAtOnce(double epsilon) {
        assertThatIllegalArgumentException().isThrownBy(() -> RobustCrossEntropy.of(epsilon));
    }
}
