package io.github.gradkit.advtrain.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarginSolverTest {

    private final MarginSolver solver = MarginSolver.ofDefaults();

    private static SignedData data(double[]... points) {
        return SignedData.ofSigned(points);
    }

    private static void assertSolved(MixedMargin margin, SignedData data) {
        assertThat(margin.converged()).isTrue();
        assertThat(margin.gap()).isBetween(-1e-13, 1e-8 * margin.upper());
        double[] u = margin.direction();
        assertThat(Vectors.norm2(u)).isCloseTo(1, within(1e-14));
        assertThat(margin.ball().margin(data, u)).isEqualTo(margin.lower());
        double[] r = data.weightedSum(margin.weights());
        assertThat(Vectors.norm2(Vectors.minus(r, margin.ball().project(r))))
                .isCloseTo(margin.upper(), within(1e-12));
    }

    @Test
    void supportVectorMachineIsThatComputedByHand() {
        SignedData first = data(new double[] {3, 1}, new double[] {1, 3});
        MixedMargin margin = solver.mixedMargin(first, LqBall.none());
        assertSolved(margin, first);
        assertThat(margin.lower()).isCloseTo(2 * Math.sqrt(2), within(1e-8));
        assertThat(margin.direction())
                .containsExactly(new double[] {Math.sqrt(.5), Math.sqrt(.5)}, within(1e-8));
        SignedData second = data(new double[] {1, 2}, new double[] {1, -1});
        margin = solver.mixedMargin(second, LqBall.none());
        assertThat(margin.lower()).isCloseTo(1, within(1e-8));
        assertThat(margin.weights()).containsExactly(new double[] {1. / 3, 2. / 3}, within(1e-8));
    }

    @ParameterizedTest
    @CsvSource({
        "Infinity, .3, .857493, .514496, .583095",
        "Infinity, .6, 1, 0, .2",
        "1, .5, .707107, .707107, .636396"
    })
    void onePointHasTheMarginOfTheClosedForm(double q, double c, double u0, double u1, double g) {
        MixedMargin margin = solver.mixedMargin(Examples.one(), LqBall.of(LqNorm.of(q), c));
        assertSolved(margin, Examples.one());
        assertThat(margin.lower()).isCloseTo(g, within(1e-6));
        assertThat(margin.direction()).containsExactly(new double[] {u0, u1}, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({
        "2, 0, .704987, .437391, .558285, .728894",
        "2, .2, .70499, .43739, .55828, .528894",
        "Infinity, .15, .72968, .44052, .52299, .474237",
        "1, .2, .63960, .42640, .63960, .596962"
    })
    void threePointsHaveTheMarginsOfTheTable(
            double q, double c, double u0, double u1, double u2, double gamma) {
        MixedMargin margin = solver.mixedMargin(Examples.three(), LqBall.of(LqNorm.of(q), c));
        assertSolved(margin, Examples.three());
        assertThat(margin.lower()).isCloseTo(gamma, within(1e-6));
        assertThat(margin.direction()).containsExactly(new double[] {u0, u1, u2}, within(1e-5));
    }

    /** Points far enough from the origin for the slow twin to be done some day. */
    private static SignedData cluster(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] points = new double[6][];
        for (int i = 0; i < points.length; i++) {
            points[i] = Examples.gaussian(random, 4);
            points[i][i % 2] += 2;
            points[i][2] += 1;
        }
        return data(points);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 2, Double.POSITIVE_INFINITY})
    void marginIsThatOfTheSlowTwin(double q) {
        LqNorm norm = LqNorm.of(q);
        for (int seed = 0; seed < 3; seed++) {
            SignedData data = cluster(seed);
            double c = .5 * solver.maxMargin(data, norm).lower();
            MixedMargin fast = solver.mixedMargin(data, LqBall.of(norm, c));
            double[] slow = SlowMargin.residual(Examples.rows(data), norm, c, 30_000);
            assertSolved(fast, data);
            double length = Vectors.norm2(slow);
            assertThat(fast.lower()).isPositive().isCloseTo(length, within(1e-6));
            assertThat(fast.direction())
                    .containsExactly(Vectors.scaled(slow, 1 / length), within(1e-4));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.1, 1.5, 2, 3, 8, Double.POSITIVE_INFINITY})
    void largeRandomDataIsSolvedForEveryNorm(double q) {
        LqNorm norm = LqNorm.of(q);
        SignedData data = Examples.separable(11, 100, 20);
        MaxMargin max = solver.maxMargin(data, norm);
        assertThat(max.converged()).as("%s %s", max.lower(), max.upper()).isTrue();
        assertThat(max.gap()).isBetween(-1e-13, 1e-8 * max.upper());
        assertThat(norm.dualNorm(max.direction())).isCloseTo(1, within(1e-12));
        assertThat(data.minMargin(max.direction())).isCloseTo(max.lower(), within(1e-13));
        for (double share : new double[] {.1, .9}) {
            assertSolved(solver.mixedMargin(data, LqBall.of(norm, share * max.lower())), data);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.5, 2, 3, Double.POSITIVE_INFINITY})
    void largestRadiusInThePlaneIsThatOfAllDirections(double q) {
        LqNorm norm = LqNorm.of(q);
        SignedData data = Examples.separable(3, 5, 2);
        double best =
                IntStream.range(0, 200_000)
                        .mapToDouble(i -> 2 * Math.PI * i / 200_000)
                        .mapToObj(a -> new double[] {Math.cos(a), Math.sin(a)})
                        .mapToDouble(v -> data.minMargin(v) / norm.dualNorm(v))
                        .max()
                        .orElseThrow();
        MaxMargin margin = solver.maxMargin(data, norm);
        assertThat(margin.lower()).isCloseTo(best, within(1e-4));
        assertThat(margin.upper()).isGreaterThanOrEqualTo(best);
    }

    @Test
    void euclideanBallTakesItsRadiusFromTheMargin() {
        SignedData data = Examples.separable(4, 30, 5);
        MixedMargin clean = solver.mixedMargin(data, LqBall.none());
        assertThat(solver.maxMargin(data, LqNorm.L2).lower())
                .isCloseTo(clean.lower(), within(1e-8));
        double c = clean.lower() / 3;
        MixedMargin robust = solver.mixedMargin(data, LqBall.of(LqNorm.L2, c));
        assertThat(robust.lower()).isCloseTo(clean.lower() - c, within(1e-8));
        assertThat(Vectors.oneMinusCosine(robust.direction(), clean.direction())).isLessThan(1e-8);
    }

    @Test
    void gapIsNotNegativeHoweverEarlyTheSolverStops() {
        SplittableRandom random = new SplittableRandom(8);
        for (int i = 0; i < 50; i++) {
            SignedData data = Examples.separable(i, 20, 6);
            LqBall ball = LqBall.of(Examples.NORMS.get(i % 5), random.nextDouble() * .01);
            MarginSolver hasty = MarginSolver.builder().optMaxIterations(1 + i).build();
            MixedMargin rough = hasty.mixedMargin(data, ball);
            double exact = solver.mixedMargin(data, ball).upper();
            assertThat(rough.upper()).isGreaterThanOrEqualTo(exact * (1 - 1e-8));
            assertThat(rough.lower()).isLessThanOrEqualTo(exact * (1 + 1e-8));
            assertThat(rough.gap()).isGreaterThanOrEqualTo(-1e-13);
        }
    }

    @Test
    void radiusDecidesAboutSeparability() {
        SignedData data = Examples.separable(5, 40, 6);
        for (LqNorm norm : Examples.NORMS) {
            double gamma = solver.maxMargin(data, norm).lower();
            MixedMargin below = solver.mixedMargin(data, LqBall.of(norm, .99 * gamma));
            MixedMargin above = solver.mixedMargin(data, LqBall.of(norm, 1.01 * gamma));
            assertThat(below.isSeparable()).isTrue();
            assertThat(above.isSeparable()).isFalse();
            assertThat(above.converged()).as("%s %s", norm, above.upper()).isTrue();
            assertThat(above.lower()).isZero();
            assertThatThrownBy(above::direction)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("not robustly separable")
                    .hasMessageContaining("MarginSolver.maxMargin");
        }
    }

    @Test
    void overlappingDataHasNoMargin() {
        SignedData data = data(new double[] {1, 0}, new double[] {-1, .5}, new double[] {.2, -1});
        for (LqNorm norm : Examples.NORMS) {
            MaxMargin margin = solver.maxMargin(data, norm);
            assertThat(margin.isSeparable()).isFalse();
            assertThat(margin.converged()).isTrue();
            assertThatThrownBy(margin::direction)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("not linearly separable");
        }
    }

    @Test
    void exampleOfZerosOrAPairOfOppositesLeavesNoMargin() {
        assertThat(solver.maxMargin(data(new double[] {0, 0}), LqNorm.L2).isSeparable()).isFalse();
        SignedData withZero = data(new double[] {1, 0}, new double[] {0, 0});
        assertThat(solver.mixedMargin(withZero, LqBall.none()).isSeparable()).isFalse();
        SignedData opposites = data(new double[] {1, 2}, new double[] {-1, -2});
        assertThat(solver.maxMargin(opposites, LqNorm.LINF).isSeparable()).isFalse();
    }

    @Test
    void duplicatesChangeNothing() {
        double[][] rows = Examples.rows(Examples.three());
        SignedData twice = data(rows[0], rows[1], rows[2], rows[0], rows[2]);
        LqBall ball = LqBall.of(LqNorm.LINF, .15);
        assertThat(solver.mixedMargin(twice, ball).lower()).isCloseTo(.474237, within(1e-6));
    }

    @Test
    void oneFeatureIsEnough() {
        SignedData data = data(new double[] {2}, new double[] {.5});
        for (LqNorm norm : Examples.NORMS) {
            assertThat(solver.maxMargin(data, norm).lower()).isCloseTo(.5, within(1e-8));
            assertThat(solver.mixedMargin(data, LqBall.of(norm, .2)).lower())
                    .isCloseTo(.3, within(1e-8));
        }
    }

    @Test
    void scaleDoesNotMatter() {
        for (double scale : new double[] {1e-8, 1e8}) {
            double[][] rows = Examples.rows(Examples.three());
            for (int i = 0; i < rows.length; i++) {
                rows[i] = Vectors.scaled(rows[i], scale);
            }
            LqBall ball = LqBall.of(LqNorm.L1, .2 * scale);
            assertThat(solver.mixedMargin(data(rows), ball).lower())
                    .isCloseTo(.596962 * scale, within(1e-6 * scale));
        }
    }

    @Test
    void solverThatRanOutSaysSo() {
        MarginSolver hasty = MarginSolver.builder().optMaxIterations(1).build();
        SignedData data = Examples.separable(6, 100, 20);
        MixedMargin margin = hasty.mixedMargin(data, LqBall.none());
        assertThat(margin.converged()).isFalse();
        assertThat(margin.iterations()).isEqualTo(1);
        assertThat(margin.isSeparable()).isFalse();
        assertThatThrownBy(margin::direction).hasMessageContaining("Allow more iterations");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> MarginSolver.builder().optTolerance(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("between 0 and 1, but is 0.0");
        assertThatThrownBy(() -> MarginSolver.builder().optTolerance(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MarginSolver.builder().optMaxIterations(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("At least 1 iteration");
    }
}
