package io.github.gradkit.learninit.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.learninit.internal.Draws;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeasibleSetsTest {

    private static final Shape SHAPE = new Shape(60, 2, 3);

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    static Stream<FeasibleSet> sets() {
        return Stream.of(
                FeasibleSets.free(-3, 4),
                FeasibleSets.box(-0.5, 2),
                FeasibleSets.ball(1.5),
                FeasibleSets.simplex(2));
    }

    private NDArray arguments(long seed, double size) {
        return Draws.uniform(manager, SHAPE, seed).sub(0.5f).mul((float) (2 * size));
    }

    private static double[] row(NDArray argument, int row) {
        float[] flat = argument.toFloatArray();
        int width = flat.length / (int) argument.getShape().get(0);
        double[] numbers = new double[width];
        for (int i = 0; i < width; i++) {
            numbers[i] = flat[row * width + i];
        }
        return numbers;
    }

    @ParameterizedTest
    @MethodSource("sets")
    void projectionsAreIdempotentAndAtAnObtuseAngleToTheSet(FeasibleSet set) {
        NDArray v = arguments(1, 4);
        NDArray p = set.project(v);
        NDArray w = set.spread(Draws.uniform(manager, SHAPE, 2));
        assertThat(set.project(p).sub(p).abs().max().getFloat()).isLessThan(1e-6f);
        for (int i = 0; i < 60; i++) {
            double[] vi = row(v, i);
            double[] pi = row(p, i);
            double[] wi = row(w, i);
            double product = 0;
            for (int j = 0; j < vi.length; j++) {
                product += (vi[j] - pi[j]) * (wi[j] - pi[j]);
            }
            assertThat(product).isLessThan(1e-4);
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void whatIsSpreadIsInTheSet(FeasibleSet set) {
        NDArray spread = set.spread(Draws.uniform(manager, SHAPE, 3));
        assertThat(set.project(spread).sub(spread).abs().max().getFloat()).isLessThan(1e-6f);
    }

    @ParameterizedTest
    @MethodSource("sets")
    void theEndsOfTheRangeGiveFiniteArgumentsOfTheSet(FeasibleSet set) {
        for (NDArray ends : List.of(manager.zeros(SHAPE), manager.ones(SHAPE))) {
            NDArray spread = set.spread(ends);
            assertThat(spread.isNaN().any().getBoolean()).isFalse();
            assertThat(spread.isInfinite().any().getBoolean()).isFalse();
            assertThat(set.project(spread).sub(spread).abs().max().getFloat()).isLessThan(1e-5f);
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void nothingIsChangedOrLeftBehind(FeasibleSet set) {
        NDArray v = arguments(1, 4);
        float[] before = v.toFloatArray();
        set.project(v).close();
        set.spread(v).close();
        assertThat(v.toFloatArray()).isEqualTo(before);
        int again = ArrayCounts.of(manager);
        for (int i = 0; i < 5; i++) {
            set.project(v).close();
            set.spread(v).close();
        }
        assertThat(ArrayCounts.of(manager)).isEqualTo(again);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 1, 4, 1000})
    void simplexAgreesWithBisection(double size) {
        NDArray v = arguments(7, size);
        NDArray p = FeasibleSets.simplex(1.7).project(v);
        for (int i = 0; i < 60; i++) {
            double[] expected = bisection(row(v, i), 1.7);
            double[] actual = row(p, i);
            for (int j = 0; j < expected.length; j++) {
                assertThat(actual[j]).isCloseTo(expected[j], within(1e-6 + 1e-7 * size));
            }
        }
    }

    /** Looks for the threshold that leaves the right sum. */
    private static double[] bisection(double[] v, double total) {
        double low = -1e4;
        double high = 1e4;
        for (int i = 0; i < 200; i++) {
            double middle = (low + high) / 2;
            double sum = 0;
            for (double number : v) {
                sum += Math.max(0, number - middle);
            }
            if (sum > total) {
                low = middle;
            } else {
                high = middle;
            }
        }
        double[] projected = new double[v.length];
        for (int j = 0; j < v.length; j++) {
            projected[j] = Math.max(0, v[j] - low);
        }
        return projected;
    }

    @Test
    void ballTakesTheNormOverAllAxesOfAnInstance() {
        NDArray v = manager.create(new float[] {3, 0, 0, 4, .3f, .4f, 0, 0}, new Shape(2, 2, 2));
        assertThat(FeasibleSets.ball(1).project(v).toFloatArray())
                .containsExactly(
                        new float[] {.6f, 0, 0, .8f, .3f, .4f, 0, 0}, Offset.offset(1e-6f));
    }

    @Test
    void arrayBoxBoundsEveryInstanceByItself() {
        NDArray low = manager.create(new float[] {0, -1}, new Shape(2, 1));
        NDArray high = manager.create(new float[] {1, 5}, new Shape(2, 1));
        FeasibleSet box = FeasibleSets.box(low, high);
        NDArray far = manager.create(new float[] {-9, 9, -9, 9}, new Shape(2, 2));
        assertThat(box.project(far).toFloatArray()).containsExactly(0, 1, -1, 5);
        NDArray ends = manager.create(new float[] {0, 1, 0, 1}, new Shape(2, 2));
        assertThat(box.spread(ends).toFloatArray()).containsExactly(0, 1, -1, 5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 60})
    void ballStartsAreNearlyUniform(int size) {
        NDArray spread =
                FeasibleSets.ball(2).spread(Draws.uniform(manager, new Shape(20000, size), 5));
        // In a uniform ball the share of the volume that is nearer to the centre is uniform.
        float[] share =
                spread.div(2).square().sum(new int[] {1}).sqrt().pow(size).sort().toFloatArray();
        for (int i = 0; i < share.length; i++) {
            assertThat((double) share[i]).isCloseTo((i + 0.5) / share.length, within(0.025));
        }
        assertThat(spread.mean(new int[] {0}).abs().max().getFloat()).isLessThan(0.05f);
    }

    @Test
    void simplexStartsAreUniform() {
        NDArray spread =
                FeasibleSets.simplex(1).spread(Draws.uniform(manager, new Shape(20000, 3), 6));
        // The share of the simplex where one number is below c is 1 - (1 - c)^2.
        float below = spread.lt(0.3f).toType(spread.getDataType(), false).mean().getFloat();
        assertThat(below).isCloseTo(1 - 0.49f, within(0.01f));
    }

    @Test
    void refusesEmptyAndInfiniteSets() {
        assertThatThrownBy(() -> FeasibleSets.box(1, 0)).hasMessageContaining("1.0 and 0.0");
        assertThatThrownBy(() -> FeasibleSets.free(0, Double.POSITIVE_INFINITY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FeasibleSets.ball(0)).hasMessageContaining("0.0");
        assertThatThrownBy(() -> FeasibleSets.simplex(Double.NaN)).hasMessageContaining("NaN");
    }
}
