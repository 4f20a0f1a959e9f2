package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.gradkit.support.gradient.CollectorConstants;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The losses by hand, and their gradients by central differences. */
class StandardLossTest {

    private static final int NONE = -1;
    private static final double E = Math.E;

    @Test
    void crossEntropyIsTheLogOfTheSumMinusTheScoreOfTheLabel() {
        double[] z = {2, 1, 0, -1};
        double log = Math.log(E * E + E + 1 + 1 / E);

        assertThat(loss(StandardLoss.CROSS_ENTROPY, z, 0, NONE)).isCloseTo(log - 2, within(1e-12));
        assertThat(loss(StandardLoss.CROSS_ENTROPY, z, 3, NONE)).isCloseTo(log + 1, within(1e-12));
        assertThat(loss(StandardLoss.CROSS_ENTROPY, z, 0, 2)).isCloseTo(-log, within(1e-12));
    }

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void scoresOfHalfPrecisionGiveNumbers(StandardLoss kind) {
        try (NDManager manager = NDManager.newBaseManager();
                CollectorConstants constants = CollectorConstants.of(manager)) {
            NDArray half =
                    manager.create(new float[][] {{2, 1, 0, -1}, {9, -9, 8, 0}})
                            .toType(DataType.FLOAT16, false);
            NDArray logits = LossInput.twoOrMore(half);
            assertThat(logits.getDataType()).isEqualTo(DataType.FLOAT32);
            NDArray labels = LossInput.column(manager.create(new int[] {0, 1}), logits);
            NDArray losses = kind.evaluate(new LossInput(logits, labels, null, logits, constants));
            for (float loss : losses.toFloatArray()) {
                assertThat(loss).isFinite();
            }
        }
    }

    @Test
    void crossEntropyOfFarScoresIsFinite() {
        double[] z = {1000, 0, -1000};

        assertThat(loss(StandardLoss.CROSS_ENTROPY, z, 0, NONE)).isZero();
        assertThat(loss(StandardLoss.CROSS_ENTROPY, z, 2, NONE)).isEqualTo(2000);
    }

    @ParameterizedTest
    @CsvSource({"0, -1, -1", "1, -1, 1", "3, -1, 3", "0, 2, -2", "1, 0, 1", "2, 3, -3"})
    void marginIsTheLeadOfTheBestOtherClassOrOfTheTarget(int label, int target, double expected) {
        assertThat(loss(StandardLoss.MARGIN, new double[] {2, 1, 0, -1}, label, target))
                .isCloseTo(expected, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"0, -1, -0.5", "1, -1, 0.5", "3, -1, 1.5", "0, 2, -0.8", "0, 1, -0.4", "1, 0, 0.4"})
    void dlrIsTheDifferenceOverTheSpreadOfTheTopScores(int label, int target, double expected) {
        assertThat(loss(StandardLoss.DLR, new double[] {2, 1, 0, -1}, label, target))
                .isCloseTo(expected, within(1e-11));
    }

    @Test
    void dlrOfThreeClassesWithATargetDividesByHowFarTheFirstIsAboveTheOthers() {
        assertThat(loss(StandardLoss.DLR, new double[] {2, 1, 0}, 0, 2))
                .isCloseTo(-2 / 1.5, within(1e-11));
        assertThat(loss(StandardLoss.DLR, new double[] {5, 1, 0}, 0, NONE))
                .isCloseTo(-0.8, within(1e-11));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void dlrHasAGradientTowardsTheLeastLikelyClass(int classes) {
        double[] z = {4, 3, 2, 1, 0};
        double[][] row = {Arrays.copyOf(z, classes)};
        int target = classes == 1 ? NONE : classes - 1;

        assertThat(RowTwins.norm(Norm.LINF, gradient(StandardLoss.DLR, row, row, target)[0]))
                .isGreaterThan(0.05);
    }

    @Test
    void dlrOfTwoClassesIsTheMargin() {
        double[] z = {2, 0.5};

        assertThat(loss(StandardLoss.DLR, z, 0, NONE)).isEqualTo(-1.5);
        assertThat(loss(StandardLoss.DLR, z, 1, NONE)).isEqualTo(1.5);
        assertThat(loss(StandardLoss.DLR, z, 0, 1)).isEqualTo(-1.5);
    }

    @Test
    void dlrOfEqualScoresIsFinite() {
        assertThat(loss(StandardLoss.DLR, new double[] {3, 3, 3, 3}, 1, NONE)).isZero();
        assertThat(loss(StandardLoss.DLR, new double[] {3, 3, 3, 3}, 1, 2)).isZero();
    }

    @Test
    void oneLogitIsTheLogOddsOfClassOne() {
        double softplus = Math.log(1 + Math.exp(-0.7));

        assertThat(loss(StandardLoss.CROSS_ENTROPY, new double[] {0.7}, 1, NONE))
                .isCloseTo(softplus, within(1e-12));
        assertThat(loss(StandardLoss.CROSS_ENTROPY, new double[] {0.7}, 0, NONE))
                .isCloseTo(softplus + 0.7, within(1e-12));
        assertThat(loss(StandardLoss.MARGIN, new double[] {0.7}, 1, NONE)).isEqualTo(-0.7);
        assertThat(loss(StandardLoss.MARGIN, new double[] {0.7}, 0, NONE)).isEqualTo(0.7);
        assertThat(loss(StandardLoss.DLR, new double[] {0.7}, 0, NONE)).isEqualTo(0.7);
    }

    @Test
    void divergenceIsZeroForTheSameScoresAndKnowsNoLabel() {
        double[] z = {1, 0};
        double p = E / (E + 1);

        assertThat(divergence(z, z, 0)).isZero();
        assertThat(divergence(z, new double[] {0, 0}, 0))
                .isCloseTo(p * Math.log(2 * p) + (1 - p) * Math.log(2 * (1 - p)), within(1e-12));
        assertThat(divergence(z, new double[] {0, 0}, 1))
                .isEqualTo(divergence(z, new double[] {0, 0}, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {NONE, 0, 2, 3})
    void dlrChangesNeitherByAShiftNorByAScale(int target) {
        double[] z = {0.3, -1.2, 2.5, 0.9, -0.1};
        double[] moved = new double[z.length];
        for (int c = 0; c < z.length; c++) {
            moved[c] = 40 * z[c] + 13;
        }

        assertThat(loss(StandardLoss.DLR, moved, 1, target))
                .isCloseTo(loss(StandardLoss.DLR, z, 1, target), within(1e-11));
        assertThat(loss(StandardLoss.CROSS_ENTROPY, moved, 1, target))
                .isNotCloseTo(loss(StandardLoss.CROSS_ENTROPY, z, 1, target), within(0.1));
    }

    @Test
    void marginAndDlrArePositiveExactlyWhenMisclassified() {
        for (double[] z : TestNets.gaussian(5, 200, 3)) {
            boolean wrong = z[1] < Math.max(z[0], z[2]);

            assertThat(loss(StandardLoss.MARGIN, z, 1, NONE) > 0).isEqualTo(wrong);
            assertThat(loss(StandardLoss.DLR, z, 1, NONE) > 0).isEqualTo(wrong);
        }
    }

    static Stream<Arguments> differentiable() {
        List<Arguments> cases = new ArrayList<>();
        for (StandardLoss loss : StandardLoss.values()) {
            for (int classes = 1; classes <= 5; classes++) {
                cases.add(Arguments.of(loss, classes, NONE));
                if (classes > 1) {
                    cases.add(Arguments.of(loss, classes, classes - 1));
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("differentiable")
    void gradientAgreesWithCentralDifferences(StandardLoss loss, int classes, int target) {
        double[][] z = TestNets.gaussian(classes, 6, classes);
        double[][] clean = TestNets.gaussian(90 + classes, 6, classes);
        double[][] gradient = gradient(loss, z, clean, target);
        double h = 1e-6;
        for (int i = 0; i < z.length; i++) {
            for (int c = 0; c < classes; c++) {
                double at = z[i][c];
                z[i][c] = at + h;
                double above = losses(loss, z, clean, 0, target)[i];
                z[i][c] = at - h;
                double below = losses(loss, z, clean, 0, target)[i];
                z[i][c] = at;

                assertThat(gradient[i][c]).isCloseTo((above - below) / (2 * h), within(1e-8));
            }
        }
    }

    @Test
    void examplesOfABatchAreIndependent() {
        double[][] z = TestNets.gaussian(3, 4, 4);
        for (StandardLoss loss : StandardLoss.values()) {
            double[] together = losses(loss, z, z, 2, NONE);
            for (int i = 0; i < z.length; i++) {
                assertThat(losses(loss, new double[][] {z[i]}, new double[][] {z[i]}, 2, NONE))
                        .containsExactly(together[i]);
            }
        }
    }

    private static double loss(StandardLoss loss, double[] z, int label, int target) {
        return losses(loss, new double[][] {z}, null, label, target)[0];
    }

    private static double divergence(double[] clean, double[] z, int label) {
        return losses(StandardLoss.KL, new double[][] {z}, new double[][] {clean}, label, NONE)[0];
    }

    private static double[] losses(
            StandardLoss loss, double[][] z, double @Nullable [][] clean, int label, int target) {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray scores = Boxes.matrix(manager, DataType.FLOAT64, z);
            return loss.evaluate(input(manager, scores, clean, label, target)).toDoubleArray();
        }
    }

    private static double[][] gradient(
            StandardLoss loss, double[][] z, double[][] clean, int target) {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray scores = Boxes.matrix(manager, DataType.FLOAT64, z);
            scores.setRequiresGradient(true);
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                LossInput input = input(manager, scores, clean, 0, target);
                collector.backward(loss.evaluate(input).sum());
            }
            return Boxes.rows(scores.getGradient());
        }
    }

    private static LossInput input(
            NDManager manager, NDArray scores, double @Nullable [][] clean, int label, int target) {
        return new LossInput(
                LossInput.twoOrMore(scores),
                column(manager, scores, label),
                target == NONE ? null : column(manager, scores, target),
                clean == null
                        ? null
                        : LossInput.twoOrMore(Boxes.matrix(manager, DataType.FLOAT64, clean)),
                CollectorConstants.of(manager));
    }

    private static NDArray column(NDManager manager, NDArray scores, int value) {
        return manager.full(new Shape(scores.getShape().get(0), 1), value, DataType.INT64);
    }
}
