package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows that break a careless projection. */
class UnkindRowsTest {

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
    void zerosStayZeros(Norm norm) {
        BallBox box = Boxes.open(manager, norm, 1, 2, 3);
        NDArray zeros = Boxes.matrix(manager, DataType.FLOAT64, new double[3], new double[3]);

        assertThat(box.project(zeros).toDoubleArray()).containsOnly(0);
        assertThat(box.steepest(zeros).toDoubleArray()).containsOnly(0);
        assertThat(box.steepestWithin(zeros).toDoubleArray()).containsOnly(0);
        assertThat(box.norms(zeros).toDoubleArray()).containsExactly(0, 0);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void ballOfRadiusZeroAllowsNothing(Norm norm) {
        BallBox box = Boxes.open(manager, norm, 0, 1, 3);
        NDArray u = Boxes.matrix(manager, DataType.FLOAT64, new double[] {1, -2, Double.NaN});

        assertThat(box.project(u).toDoubleArray()).containsExactly(0, 0, 0);
        assertThat(box.steepestWithin(u).toDoubleArray()).containsExactly(0, 0, 0);
        assertThat(box.uniform(SampleRandom.of(1, new long[1], 0)).toDoubleArray()).containsOnly(0);
        assertThat(box.onSurface(SampleRandom.of(1, new long[1], 0)).toDoubleArray())
                .containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void oneFeatureIsClampedWhateverTheNorm(Norm norm) {
        BallBox box = Boxes.open(manager, norm, 0.5, 3, 1);
        NDArray u =
                Boxes.matrix(
                        manager,
                        DataType.FLOAT64,
                        new double[] {2},
                        new double[] {-0.7},
                        new double[] {0.1});

        assertThat(box.project(u).toDoubleArray())
                .containsExactly(new double[] {0.5, -0.5, 0.1}, within(1e-15));
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void immutableFeaturesStay(Norm norm) {
        BallBox box =
                Boxes.box(
                        manager, DataType.FLOAT64, norm, 1, new double[3], new double[] {0, 5, 0});
        NDArray u =
                Boxes.matrix(
                        manager,
                        DataType.FLOAT64,
                        new double[] {3, 0, -9},
                        new double[] {1e9, 2, -1});

        double[] expected = {0, 0, 0, 0, 1, 0};

        assertThat(box.project(u).toDoubleArray()).containsExactly(expected, within(1e-15));
        assertThat(box.steepestWithin(u).toDoubleArray()).containsExactly(expected, within(1e-15));
        for (NDArray start :
                new NDArray[] {
                    box.uniform(SampleRandom.of(1, new long[2], 0)),
                    box.onSurface(SampleRandom.of(1, new long[2], 0))
                }) {
            double[] values = start.toDoubleArray();
            assertThat(new double[] {values[0], values[1], values[2], values[3], values[5]})
                    .containsOnly(0);
            assertThat(values[4]).isNotZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void boxThatTouchesZeroOnOneSideLetsNothingThrough(Norm norm) {
        BallBox box =
                new BallBox(
                        norm,
                        2,
                        Boxes.matrix(manager, DataType.FLOAT64, new double[] {0, -1}),
                        Boxes.matrix(manager, DataType.FLOAT64, new double[] {1, 0}));
        NDArray u = Boxes.matrix(manager, DataType.FLOAT64, new double[] {-3, 4});

        assertThat(box.project(u).toDoubleArray()).containsExactly(0, 0);
        assertThat(box.steepestWithin(u).toDoubleArray()).containsExactly(0, 0);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void ballLargerThanTheBoxLeavesTheBoxAlone(Norm norm) {
        BallBox box = Boxes.box(manager, DataType.FLOAT64, norm, 1e30, new double[] {1, 2, 3});
        NDArray u = Boxes.matrix(manager, DataType.FLOAT64, new double[] {5, -0.5, -1e20});

        assertThat(box.project(u).toDoubleArray()).containsExactly(1, -0.5, -3);
        assertThat(box.steepestWithin(u).toDoubleArray()).containsExactly(1, -2, -3);
    }

    @Test
    void hugeValuesAreProjectedExactly() {
        double[] even = {1e30, 1e30};
        double[] odd = {1e30, 1};
        double[] limits = {0.1, 1};

        assertThat(project(Norm.L1, new double[] {Boxes.FREE, Boxes.FREE}, even))
                .containsExactly(0.5f, 0.5f);
        assertThat(project(Norm.L1, limits, odd)).containsExactly(0.1f, 0.9f);
        assertThat(project(Norm.L2, limits, odd)).containsExactly(0.1f, (float) Math.sqrt(0.99));
        assertThat(project(Norm.L2, new double[] {0, 1}, odd)).containsExactly(0, 1);
        assertThat(project(Norm.LINF, limits, odd)).containsExactly(0.1f, 1);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void tinyValuesStay(Norm norm) {
        float[] projected = project(norm, new double[] {1, 1}, new double[] {1e-30, -1e-40});

        assertThat(projected).containsExactly(1e-30f, -1e-40f);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void nanIsNoChangeAndInfinityIsHuge(Norm norm) {
        double[] u = {Double.NaN, Boxes.FREE, -Boxes.FREE, 0.25};
        float[] inBox = project(norm, new double[] {1, 0.25, 0.25, 1}, u);
        float[] open = project(norm, Boxes.constant(1, 4, Boxes.FREE)[0], u);

        assertThat(inBox[0]).isZero();
        assertThat(inBox[1]).isEqualTo(0.25f);
        assertThat(inBox[2]).isEqualTo(-0.25f);
        assertThat(open[0]).isZero();
        assertThat(open[1]).isPositive().isEqualTo(-open[2]).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void nanInAGradientIsAFeatureOfNoSlope(Norm norm) {
        BallBox box = Boxes.open(manager, norm, 1, 1, 3);
        NDArray g = Boxes.matrix(manager, DataType.FLOAT64, new double[] {Double.NaN, -2, 0});
        double[] expected = {0, -1, 0};

        assertThat(box.steepest(g).toDoubleArray()).containsExactly(expected);
        assertThat(box.steepestWithin(g).toDoubleArray()).containsExactly(expected);
        assertThat(box.steepestTop(g, g.zerosLike(), new int[] {2}).toDoubleArray())
                .containsExactly(expected);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void valuesOfManyMagnitudesStayInsideWithoutNan(Norm norm) {
        Random random = new Random(3);
        double[][] u = new double[200][20];
        double[][] limits = new double[200][20];
        for (int i = 0; i < u.length; i++) {
            for (int j = 0; j < u[i].length; j++) {
                u[i][j] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30));
                limits[i][j] = (float) Math.pow(10, random.nextInt(20) - 15);
            }
        }
        BallBox box = Boxes.box(manager, DataType.FLOAT32, norm, 0.1, limits);
        NDArray matrix = Boxes.matrix(manager, DataType.FLOAT32, u);
        for (NDArray result : new NDArray[] {box.project(matrix), box.steepestWithin(matrix)}) {
            double[][] rows = Boxes.rows(result);
            for (int i = 0; i < u.length; i++) {
                assertThat(RowTwins.norm(norm, rows[i])).isLessThanOrEqualTo(0.1 * (1 + 1e-6));
                for (int j = 0; j < u[i].length; j++) {
                    assertThat(Math.abs(rows[i][j])).isLessThanOrEqualTo((float) limits[i][j]);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void batchOfNoExamplesIsFine(Norm norm) {
        NDArray none = manager.create(new Shape(0, 4), DataType.FLOAT32);
        BallBox box = new BallBox(norm, 1, none, none);

        assertThat(box.project(none).getShape()).isEqualTo(new Shape(0, 4));
        assertThat(box.steepest(none).getShape()).isEqualTo(new Shape(0, 4));
    }

    private float[] project(Norm norm, double[] limits, double[] u) {
        BallBox box = Boxes.box(manager, DataType.FLOAT32, norm, 1, limits);
        return box.project(Boxes.matrix(manager, DataType.FLOAT32, u)).toFloatArray();
    }
}
