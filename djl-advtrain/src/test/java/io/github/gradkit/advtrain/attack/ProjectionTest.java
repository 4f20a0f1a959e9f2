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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProjectionTest {

    private static final int ROWS = 40;
    private static final int COLUMNS = 30;

    private final Random random = new Random(5);
    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void pointsWorkedOutByHandComeOut() {
        assertThat(project(Norm.L1, 2, 3, 1)).containsExactly(2, 0);
        assertThat(project(Norm.L1, 3, 3, 2)).containsExactly(2, 1);
        assertThat(project(Norm.L1, 3, -3, 2)).containsExactly(-2, 1);
        assertThat(project(Norm.L2, 1, 3, 4))
                .containsExactly(new double[] {0.6, 0.8}, within(1e-15));
        assertThat(project(Norm.LINF, 2, 3, -1)).containsExactly(2, -1);
    }

    @Test
    void boxMovesWhatIsLeftToOtherFeatures() {
        double[] limits = {0.5, Boxes.FREE, Boxes.FREE};
        double[] l1 = project(Norm.L1, limits, 2, 3, 2, 1);
        double[] l2 = project(Norm.L2, limits, 1, 3, 4, 0);

        assertThat(l1).containsExactly(new double[] {0.5, 1.25, 0.25}, within(1e-15));
        assertThat(l2).containsExactly(new double[] {0.5, Math.sqrt(0.75), 0}, within(1e-15));
    }

    @ParameterizedTest
    @CsvSource({
        "L1, 0.01, FLOAT64", "L1, 2, FLOAT64", "L1, 9, FLOAT32", "L2, 0.01, FLOAT64",
        "L2, 1, FLOAT64", "L2, 2.5, FLOAT32", "LINF, 0.3, FLOAT64", "LINF, 0.1, FLOAT32"
    })
    void projectionIsThatOfTheSlowTwin(Norm norm, double epsilon, DataType type) {
        for (double scale : new double[] {1e-3, 0.3, 5, 1e4}) {
            BallBox box = pixels(type, norm, epsilon);
            NDArray u = Boxes.gaussian(manager, type, scale, random, ROWS, COLUMNS);
            double[][] fast = Boxes.rows(box.project(u));
            for (int i = 0; i < ROWS; i++) {
                double[] slow =
                        RowTwins.project(norm, epsilon, row(u, i), low(box, i), high(box, i));
                double error = type == DataType.FLOAT64 ? 1e-10 : 1e-7;
                assertThat(fast[i]).containsExactly(slow, within(error));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void projectionLiesInBallAndBox(Norm norm) {
        for (DataType type : new DataType[] {DataType.FLOAT32, DataType.FLOAT64}) {
            BallBox box = pixels(type, norm, 0.7);
            double[][] fast = Boxes.rows(box.project(gaussian(type, 2)));
            for (int i = 0; i < ROWS; i++) {
                assertThat(RowTwins.norm(norm, fast[i])).isLessThanOrEqualTo(0.7 * (1 + 1e-6));
                assertThat(fast[i])
                        .containsExactly(RowTwins.clip(fast[i], low(box, i), high(box, i)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void projectingAgainChangesNothing(Norm norm) {
        BallBox box = pixels(DataType.FLOAT64, norm, 0.7);
        NDArray once = box.project(gaussian(DataType.FLOAT64, 2));

        double[] twice = box.project(once).toDoubleArray();

        assertThat(twice).containsExactly(once.toDoubleArray(), within(1e-14));
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void whatIsAllowedStaysBitForBit(Norm norm) {
        BallBox box = pixels(DataType.FLOAT32, norm, 100);
        NDArray inside = box.withEpsilon(0.7).project(gaussian(DataType.FLOAT32, 2));

        assertThat(box.project(inside).toByteArray()).isEqualTo(inside.toByteArray());
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void projectionBringsNoTwoPointsFurtherApart(Norm norm) {
        BallBox box = pixels(DataType.FLOAT64, norm, 0.7);
        NDArray a = gaussian(DataType.FLOAT64, 0.4);
        NDArray b = gaussian(DataType.FLOAT64, 0.4);
        double[][] gap = Boxes.rows(a.sub(b));
        double[][] projected = Boxes.rows(box.project(a).sub(box.project(b)));
        for (int i = 0; i < ROWS; i++) {
            assertThat(RowTwins.norm(Norm.L2, projected[i]))
                    .isLessThanOrEqualTo(RowTwins.norm(Norm.L2, gap[i]) + 1e-12);
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void wayBackToThePointFormsNoSharpAngleWithAnyAllowedPoint(Norm norm) {
        BallBox box = pixels(DataType.FLOAT64, norm, 0.7);
        NDArray v = gaussian(DataType.FLOAT64, 1);
        double[][] outwards = Boxes.rows(v.sub(box.project(v)));
        for (double scale : new double[] {0, 0.1, 1, 50}) {
            NDArray w = box.project(gaussian(DataType.FLOAT64, scale));
            double[][] inwards = Boxes.rows(w.sub(box.project(v)));
            for (int i = 0; i < ROWS; i++) {
                assertThat(RowTwins.dot(outwards[i], inwards[i])).isLessThanOrEqualTo(1e-10);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void noPointOfAFineGridIsNearer(Norm norm) {
        double[] low = {-0.5, 0, -1};
        double[] high = {0.25, 1, 0};
        double[] v = {0.7, 0.6, -0.9};
        BallBox box =
                new BallBox(
                        norm,
                        0.8,
                        Boxes.matrix(manager, DataType.FLOAT64, low),
                        Boxes.matrix(manager, DataType.FLOAT64, high));
        double[] p = Boxes.rows(box.project(Boxes.matrix(manager, DataType.FLOAT64, v)))[0];
        double nearest = nearestOfGrid(norm, 0.8, v, low, high, 1.0 / 64);
        double distance = RowTwins.norm(Norm.L2, RowTwins.minus(v, p));

        assertThat(distance).isLessThanOrEqualTo(nearest + 1e-12).isGreaterThan(nearest - 0.03);
    }

    private static double nearestOfGrid(
            Norm norm, double epsilon, double[] v, double[] low, double[] high, double step) {
        double nearest = Double.MAX_VALUE;
        for (double a = low[0]; a <= high[0]; a += step) {
            for (double b = low[1]; b <= high[1]; b += step) {
                for (double c = low[2]; c <= high[2]; c += step) {
                    double[] w = {a, b, c};
                    if (RowTwins.norm(norm, w) <= epsilon) {
                        double distance = RowTwins.norm(Norm.L2, RowTwins.minus(v, w));
                        nearest = Math.min(nearest, distance);
                    }
                }
            }
        }
        return nearest;
    }

    private double[] project(Norm norm, double epsilon, double... u) {
        double[] limits = Boxes.constant(1, u.length, Boxes.FREE)[0];
        return project(norm, limits, epsilon, u);
    }

    private double[] project(Norm norm, double[] limits, double epsilon, double... u) {
        BallBox box = Boxes.box(manager, DataType.FLOAT64, norm, epsilon, limits);
        return box.project(Boxes.matrix(manager, DataType.FLOAT64, u)).toDoubleArray();
    }

    private BallBox pixels(DataType type, Norm norm, double epsilon) {
        return Boxes.pixels(manager, type, norm, epsilon, random, ROWS, COLUMNS);
    }

    private NDArray gaussian(DataType type, double scale) {
        return Boxes.gaussian(manager, type, scale, random, ROWS, COLUMNS);
    }

    private static double[] low(BallBox box, int row) {
        return row(box.lower(), row);
    }

    private static double[] high(BallBox box, int row) {
        return row(box.upper(), row);
    }

    private static double[] row(NDArray matrix, int row) {
        return Boxes.rows(matrix)[row];
    }
}
