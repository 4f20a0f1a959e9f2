package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SteepestStepTest {

    private static final int ROWS = 25;
    private static final int COLUMNS = 12;

    private final Random random = new Random(11);
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
    @EnumSource(Norm.class)
    void innerProductOfTheStepIsTheDualNorm(Norm norm) {
        NDArray gradient = gaussian(1);
        double[][] g = Boxes.rows(gradient);
        double[][] step = Boxes.rows(open(norm, 1).steepest(gradient));
        for (int i = 0; i < ROWS; i++) {
            assertThat(RowTwins.norm(norm, step[i])).isEqualTo(1, within(1e-14));
            assertThat(RowTwins.dot(g[i], step[i]))
                    .isEqualTo(RowTwins.dualNorm(norm, g[i]), within(1e-13));
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void noRandomStepOfTheBallBeatsIt(Norm norm) {
        NDArray gradient = gaussian(1);
        double[][] g = Boxes.rows(gradient);
        double[][] step = Boxes.rows(open(norm, 1).steepest(gradient));
        for (int trial = 0; trial < 100; trial++) {
            long[] examples = new long[ROWS];
            double[][] other =
                    Boxes.rows(open(norm, 1).onSurface(SampleRandom.of(2, examples, trial)));
            for (int i = 0; i < ROWS; i++) {
                assertThat(RowTwins.dot(g[i], other[i]))
                        .isLessThanOrEqualTo(RowTwins.dot(g[i], step[i]) + 1e-12);
            }
        }
    }

    @Test
    void l1StepBeatsTheGradientOverItsL1Norm() {
        NDArray gradient = gaussian(1);
        double[][] step = Boxes.rows(open(Norm.L1, 1).steepest(gradient));
        for (int i = 0; i < ROWS; i++) {
            double[] g = Boxes.rows(gradient)[i];
            double[] scaled = RowTwins.times(g, 1 / RowTwins.norm(Norm.L1, g));
            assertThat(RowTwins.dot(g, step[i])).isGreaterThan(RowTwins.dot(g, scaled) * 1.1);
        }
    }

    @Test
    void lowestIndexWinsTies() {
        NDArray g = row(-2, 2, 1, -2);

        assertThat(open(Norm.L1, 1, 4).steepest(g).toDoubleArray()).containsExactly(-1, 0, 0, 0);
        assertThat(open(Norm.L1, 1.5, 4).steepestWithin(g).toDoubleArray())
                .containsExactly(-1.5, 0, 0, 0);
        assertThat(open(Norm.L1, 1, 4).steepestTop(g, g.zerosLike(), new int[] {2}).toDoubleArray())
                .containsExactly(-0.5, 0.5, 0, 0);
    }

    @Test
    void signOfZeroIsZero() {
        assertThat(open(Norm.LINF, 1, 3).steepest(row(-0.0, 3, -1e-300)).toDoubleArray())
                .containsExactly(0, 1, -1);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void tinyAndHugeGradientsGiveFullSteps(Norm norm) {
        double[] limits = {Boxes.FREE, Boxes.FREE, Boxes.FREE};
        for (float scale : new float[] {1e-30f, 1e-38f, 1e37f}) {
            BallBox box = Boxes.box(manager, DataType.FLOAT32, norm, 1, limits);
            NDArray g =
                    Boxes.matrix(
                            manager, DataType.FLOAT32, new double[] {0, 3 * scale, -4 * scale});
            float[] expected =
                    switch (norm) {
                        case L1 -> new float[] {0, 0, -1};
                        case L2 -> new float[] {0, 0.6f, -0.8f};
                        case LINF -> new float[] {0, 1, -1};
                    };

            assertThat(box.steepest(g).toFloatArray()).containsExactly(expected, within(1e-6f));
            assertThat(box.steepestWithin(g).toFloatArray())
                    .containsExactly(expected, within(1e-6f));
        }
    }

    @Test
    void topStepTakesTheShareOfEachRow() {
        NDArray g =
                Boxes.matrix(
                        manager,
                        DataType.FLOAT64,
                        new double[] {1, -4, 3, 2},
                        new double[] {5, 1, 0, 0});
        BallBox box = Boxes.open(manager, Norm.L1, 1, 2, 4);

        assertThat(box.steepestTop(g, g.zerosLike(), new int[] {2, 4}).toDoubleArray())
                .containsExactly(0, -0.5, 0.5, 0, 0.5, 0.5, 0, 0);
        assertThat(box.steepestTop(g, g.zerosLike(), new int[] {0, 1}).toDoubleArray())
                .containsExactly(0, -1, 0, 0, 1, 0, 0, 0);
    }

    @Test
    void topStepPassesOverFeaturesAtTheEdge() {
        BallBox box = Boxes.box(manager, DataType.FLOAT64, Norm.L1, 9, new double[] {1, 1, 1, 0});
        NDArray at = row(1, 1, -1, 0);

        assertThat(box.steepestTop(row(9, -8, -7, 6), at, new int[] {2}).toDoubleArray())
                .containsExactly(0, -1, 0, 0);
        assertThat(box.steepestTop(row(9, 0, -7, 6), at, new int[] {2}).toDoubleArray())
                .containsOnly(0);
        assertThat(box.steepestTop(row(-9, 1e-300, 7, 6), at, new int[] {2}).toDoubleArray())
                .containsExactly(-0.5, 0, 0.5, 0);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void bestPointOfBallAndBoxIsThatOfTheSlowTwin(Norm norm) {
        for (double epsilon : new double[] {0.01, 0.6, 3}) {
            BallBox box =
                    Boxes.pixels(manager, DataType.FLOAT64, norm, epsilon, random, ROWS, COLUMNS);
            NDArray gradient = gaussian(0.01);
            double[][] best = Boxes.rows(box.steepestWithin(gradient));
            for (int i = 0; i < ROWS; i++) {
                double[] g = Boxes.rows(gradient)[i];
                double[] lower = Boxes.rows(box.lower())[i];
                double[] upper = Boxes.rows(box.upper())[i];
                assertThat(best[i])
                        .containsExactly(
                                RowTwins.steepest(norm, epsilon, g, lower, upper), within(1e-6));
                assertThat(RowTwins.norm(norm, best[i])).isLessThanOrEqualTo(epsilon * (1 + 1e-12));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void noAllowedPointBeatsTheBestOne(Norm norm) {
        BallBox box = Boxes.pixels(manager, DataType.FLOAT64, norm, 0.8, random, ROWS, COLUMNS);
        NDArray gradient = gaussian(1);
        double[][] g = Boxes.rows(gradient);
        double[][] best = Boxes.rows(box.steepestWithin(gradient));
        for (double scale : new double[] {0.1, 1, 10, 1000}) {
            // Far along the gradient the projection comes close to the best point.
            NDArray near = box.project(gradient.mul(scale).add(gaussian(0.3)));
            for (int i = 0; i < ROWS; i++) {
                assertThat(RowTwins.dot(g[i], Boxes.rows(near)[i]))
                        .isLessThanOrEqualTo(RowTwins.dot(g[i], best[i]) + 1e-12);
            }
        }
    }

    private NDArray gaussian(double scale) {
        return Boxes.gaussian(manager, DataType.FLOAT64, scale, random, ROWS, COLUMNS);
    }

    private BallBox open(Norm norm, double epsilon) {
        return Boxes.open(manager, norm, epsilon, ROWS, COLUMNS);
    }

    private BallBox open(Norm norm, double epsilon, int columns) {
        return Boxes.open(manager, norm, epsilon, 1, columns);
    }

    private NDArray row(double... values) {
        return Boxes.matrix(manager, DataType.FLOAT64, values);
    }
}
