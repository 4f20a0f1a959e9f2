package io.github.gradkit.adm.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import io.github.gradkit.adm.cut.Neighbourhood;
import io.github.gradkit.adm.loss.GaussianAffinity.Method;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The two losses that compare all pixels of an image. */
class AffinityLossTest {

    private static final double SIGMA_POSITION = 6;
    private static final double SIGMA_COLOUR = 0.1;

    private static final NDIndex INSIDE = new NDIndex(":, :, :8, :8");

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static GaussianAffinity affinity(Method method) {
        return GaussianAffinity.builder()
                .optPositionSigma(SIGMA_POSITION)
                .optColourSigma(SIGMA_COLOUR)
                .optMethod(method)
                .build();
    }

    private static Loss dense() {
        return DenseCrfLoss.of(affinity(Method.EXACT));
    }

    private static Loss cut() {
        return NormalizedCutLoss.of(affinity(Method.EXACT));
    }

    static Stream<Loss> losses() {
        return Stream.of(dense(), cut());
    }

    private NDList labels(NDArray images) {
        long batch = images.getShape().get(0);
        long height = images.getShape().get(2);
        long width = images.getShape().get(3);
        return new NDList(
                manager.zeros(new Shape(batch, height, width), DataType.UINT8),
                manager.zeros(new Shape(batch, 4, height, width)),
                manager.zeros(new Shape(batch), DataType.INT64),
                images);
    }

    private double value(Loss loss, NDArray scores, NDArray images) {
        NDList labels = labels(images);
        return Gradients.value(x -> loss.evaluate(labels, new NDList(x)), scores);
    }

    private NDArray images(long seed) {
        return Scenes.images(manager, new Shape(2, 3, 8, 8), seed);
    }

    private NDArray scores(int labels, long seed) {
        return Scenes.scores(manager, DataType.FLOAT64, new Shape(2, labels, 8, 8), seed);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void denseCrfIsTheFormulaPerPixelAndTheNegativeFormPlusAConstant(int count) {
        NDArray images = images(1);
        NDArray scores = scores(count, 2);
        double[][] s = SlowEnergies.pixels(scores);
        double energy = 0;
        double negative = 0;
        double constant = 0;
        for (int image = 0; image < 2; image++) {
            double[][] a = affinities(images, image);
            double[] ones = new double[64];
            Arrays.fill(ones, 1);
            constant += SlowEnergies.form(ones, a, ones);
            for (int k = 0; k < count; k++) {
                double[] plane = SlowEnergies.plane(s, image, k, 64);
                double[] rest = Arrays.stream(plane).map(x -> 1 - x).toArray();
                energy += SlowEnergies.form(plane, a, rest);
                negative -= SlowEnergies.form(plane, a, plane);
            }
        }

        assertThat(value(dense(), scores, images)).isCloseTo(energy / 128, within(1e-9));
        assertThat(value(dense(), scores, images))
                .isCloseTo((negative + constant) / 128, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void normalizedCutIsTheMeanFormula(int count) {
        NDArray images = images(3);
        NDArray scores = scores(count, 4);
        double[][] s = SlowEnergies.pixels(scores);
        double sum = 0;
        for (int image = 0; image < 2; image++) {
            double[][] a = affinities(images, image);
            double[] ones = new double[64];
            Arrays.fill(ones, 1);
            for (int k = 0; k < count; k++) {
                double[] plane = SlowEnergies.plane(s, image, k, 64);
                double[] rest = Arrays.stream(plane).map(x -> 1 - x).toArray();
                sum += SlowEnergies.form(plane, a, rest) / SlowEnergies.form(ones, a, plane);
            }
        }

        assertThat(value(cut(), scores, images)).isCloseTo(sum / 2, within(1e-9));
    }

    private static double[][] affinities(NDArray images, int image) {
        return SlowEnergies.affinities(images.get(image), SIGMA_POSITION, SIGMA_COLOUR);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void gradientIsThatOfDifferences(Loss loss) {
        NDArray images = Scenes.images(manager, new Shape(2, 3, 4, 4), 5);
        NDArray scores = Scenes.scores(manager, DataType.FLOAT64, new Shape(2, 3, 4, 4), 6);
        NDList labels = labels(images);

        Gradients.assertMatchDifferences(x -> loss.evaluate(labels, new NDList(x)), scores);
    }

    @Test
    void gradientOnAGridIsCloseToTheExactOne() {
        NDList labels = labels(images(7));
        NDArray scores = scores(3, 8);
        GaussianAffinity grid = affinity(Method.GRID);

        assertClose(labels, scores, DenseCrfLoss.of(grid), dense());
        assertClose(labels, scores, NormalizedCutLoss.of(grid), cut());
    }

    private static void assertClose(NDList labels, NDArray scores, Loss fast, Loss exact) {
        double[] wanted = Gradients.of(x -> exact.evaluate(labels, new NDList(x)), scores);
        double[] gradient = Gradients.of(x -> fast.evaluate(labels, new NDList(x)), scores);
        double largest = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < wanted.length; i++) {
            assertThat(gradient[i]).isCloseTo(wanted[i], within(0.01 * largest));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void oneSureLabelEverywhereIsTheZeroOfTheDenseCrf(int count) {
        NDArray sure =
                Scenes.sure(manager, DataType.FLOAT32, new int[128], new Shape(2, count, 8, 8));

        assertThat(value(dense(), sure, images(9))).isZero();
        assertThat(value(DenseCrfLoss.of(affinity(Method.GRID)), sure, images(9))).isZero();
        assertThat(value(cut(), sure, images(9))).isCloseTo(count - 1, within(1e-6));
    }

    @Test
    void undecidedSegmentationCutsAsMuchAsOneLabelEverywhere() {
        NDArray scores = manager.zeros(new Shape(2, 4, 8, 8));

        assertThat(value(cut(), scores, images(10))).isCloseTo(3, within(1e-5));
    }

    @Test
    void partsThatAreUnlikeEachOtherAreTheZeroOfTheNormalizedCut() {
        float[] colours = new float[64];
        Arrays.fill(colours, 32, 64, 10);
        NDArray image = manager.create(colours, new Shape(1, 1, 8, 8));
        int[] labelling = new int[64];
        Arrays.fill(labelling, 32, 64, 1);
        Shape shape = new Shape(1, 2, 8, 8);
        NDArray right = Scenes.sure(manager, DataType.FLOAT64, labelling, shape);
        NDArray wrong = Scenes.sure(manager, DataType.FLOAT64, Scenes.labelling(64, 2, 1), shape);

        assertThat(value(cut(), right, image)).isCloseTo(0, within(1e-12));
        assertThat(value(cut(), wrong, image)).isBetween(0.5, 2.0);
        assertThat(value(dense(), right, image)).isCloseTo(0, within(1e-12));
    }

    @Test
    void farPixelsOfOneColourCostLessWithOneLabel() {
        float[] colours = {0.2f, 0.8f, 0.8f, 0.8f, 0.2f};
        NDArray image = manager.create(colours, new Shape(1, 1, 1, 5));
        Shape shape = new Shape(1, 2, 1, 5);
        NDArray same = Scenes.sure(manager, DataType.FLOAT64, new int[] {1, 0, 0, 0, 1}, shape);
        NDArray differ = Scenes.sure(manager, DataType.FLOAT64, new int[] {1, 0, 0, 0, 0}, shape);

        for (Loss loss : losses().toList()) {
            assertThat(value(loss, same, image)).isLessThan(value(loss, differ, image));
        }
    }

    /** Puts rows and columns of a value around an array of four dimensions. */
    private NDArray padded(NDArray inner, double value) {
        Shape shape = inner.getShape();
        Shape outer = new Shape(shape.get(0), shape.get(1), 13, 11);
        NDArray array = manager.full(outer, (float) value).toType(inner.getDataType(), true);
        array.set(INSIDE, inner);
        return array;
    }

    @ParameterizedTest
    @MethodSource("losses")
    void paddingIsLeftOut(Loss loss) {
        NDArray images = images(15);
        NDArray scores = scores(3, 16);
        NDArray weights = Scenes.weights(manager, Neighbourhood.EIGHT, 2, 8, 8, 17);
        NDList labels = labels(images);
        labels.set(1, weights);
        NDList wide = labels(padded(images, 0.45));
        wide.set(1, padded(weights, 0));
        NDArray wideScores = padded(scores, 0.7);

        assertThat(Gradients.value(x -> loss.evaluate(wide, new NDList(x)), wideScores))
                .isCloseTo(value(loss, scores, images), within(1e-12));
        NDArray gradient =
                manager.create(
                        Gradients.of(x -> loss.evaluate(wide, new NDList(x)), wideScores),
                        wideScores.getShape());
        assertThat(gradient.get(INSIDE).toDoubleArray())
                .containsExactly(
                        Gradients.of(x -> loss.evaluate(labels, new NDList(x)), scores),
                        within(1e-12));
        gradient.set(INSIDE, 0);
        assertThat(gradient.abs().toDoubleArray()).containsOnly(0);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void weightsOfImagesWithoutPaddingChangeNothing(Loss loss) {
        NDArray images = images(18);
        NDArray scores = scores(3, 19).toType(DataType.FLOAT32, true);
        NDList none = labels(images);
        for (Neighbourhood pairs : Neighbourhood.values()) {
            NDList labels = labels(images);
            labels.set(1, Scenes.weights(manager, pairs, 2, 8, 8, 20));

            assertThat(value(loss, scores, images))
                    .isEqualTo(Gradients.value(x -> loss.evaluate(labels, new NDList(x)), scores));
            assertThat(Gradients.of(x -> loss.evaluate(labels, new NDList(x)), scores))
                    .containsExactly(Gradients.of(x -> loss.evaluate(none, new NDList(x)), scores));
        }
    }

    @Test
    void denseCrfIsDividedByThePixelsInsideOfAllImages() {
        NDArray images = images(21);
        NDArray scores = scores(3, 22);
        NDArray weights = Scenes.weights(manager, Neighbourhood.EIGHT, 2, 8, 8, 23);
        // Of the second image the last row is padding, and so is no pair that leads there.
        weights.set(new NDIndex("1, :, 7, :"), 0);
        weights.set(new NDIndex("1, 1:, 6, :"), 0);
        NDList both = labels(images);
        both.set(1, weights);
        NDList second = labels(images.get("1:, :, :7"));

        double whole = value(dense(), scores.get(":1"), images.get(":1"));
        double part =
                Gradients.value(
                        x -> dense().evaluate(second, new NDList(x)), scores.get("1:, :, :7"));

        assertThat(Gradients.value(x -> dense().evaluate(both, new NDList(x)), scores))
                .isCloseTo((64 * whole + 56 * part) / 120, within(1e-12));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void evaluatorsOfATrainingStepDoNotSumAgain(Loss loss) {
        NDList labels = labels(images(24));
        NDList scores = new NDList(scores(3, 25));
        loss.addAccumulator("train");
        float value;
        try (NDArray cost = loss.evaluate(labels, scores)) {
            value = (float) cost.getDouble();
        }
        // What is evaluated again fails.
        labels.get(3).close();

        loss.updateAccumulators(new String[] {"train"}, labels, scores);
        loss.updateAccumulator("train", labels, scores);

        assertThat(loss.getAccumulator("train")).isEqualTo(value);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void valuesOfLongAgoAreForgotten(Loss loss) {
        NDList labels = labels(images(33));
        NDList first = new NDList(scores(3, 34));
        NDList last = new NDList(scores(3, 35));
        loss.addAccumulator("a");
        loss.evaluate(labels, first).close();
        for (int i = 0; i < 70; i++) {
            NDList between = new NDList(first.head().duplicate());
            loss.evaluate(labels, between).close();
        }
        loss.evaluate(labels, last).close();
        labels.get(3).close();

        loss.updateAccumulator("a", labels, last);
        assertThatIllegalStateException()
                .isThrownBy(() -> loss.updateAccumulator("a", labels, first));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void sumWithADataLossDoesNotSumAgainEither(Loss loss) {
        NDList labels = labels(images(26));
        NDList scores = new NDList(scores(3, 27));
        Loss sum = RegularizedLoss.of(new PartialCrossEntropy(), 2, loss);
        sum.addAccumulator("train");
        double value = sum.evaluate(labels, scores).getDouble();
        labels.get(3).close();

        sum.updateAccumulators(new String[] {"train"}, labels, scores);

        assertThat(sum.getAccumulator("train")).isCloseTo((float) value, within(1e-5f));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void evaluatorsOfOtherPredictionsOrLabelsGetTheirOwnValue(Loss loss) {
        NDList labels = labels(images(28));
        NDList others = labels(images(29));
        NDList scores = new NDList(scores(3, 30));
        NDList better = new NDList(scores(3, 31));
        double first = Gradients.value(x -> loss.evaluate(others, new NDList(x)), scores.head());
        double second = Gradients.value(x -> loss.evaluate(labels, new NDList(x)), better.head());
        loss.evaluate(labels, scores).close();
        loss.addAccumulator("a");
        loss.addAccumulator("b");

        loss.updateAccumulator("a", others, scores);
        loss.updateAccumulator("b", labels, better);

        assertThat(loss.getAccumulator("a")).isEqualTo((float) first);
        assertThat(loss.getAccumulator("b")).isEqualTo((float) second);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void labelsWithoutImagesAreRefused(Loss loss) {
        NDList labels = new NDList(labels(images(11)).subNDList(0, 3));
        NDList scores = new NDList(scores(3, 12));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> loss.evaluate(labels, scores))
                .withMessageContaining("fourth array");
    }

    @ParameterizedTest
    @MethodSource("losses")
    void imagesThatDoNotFitAreRefused(Loss loss) {
        NDList scores = new NDList(scores(3, 13));
        NDArray[] wrong = {
            manager.zeros(new Shape(2, 8, 8)),
            manager.zeros(new Shape(2, 3, 8, 9)),
            manager.zeros(new Shape(2, 3, 8, 8), DataType.UINT8)
        };
        for (NDArray images : wrong) {
            NDList labels = labels(images(14));
            labels.set(3, images);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> loss.evaluate(labels, scores))
                    .withMessageContaining("images");
        }
    }
}
