package io.github.gradkit.advtrain.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LqBallTest {

    private static final double INF = Double.POSITIVE_INFINITY;

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.5, 2, 3, INF})
    void worstPerturbationHasTheMarginOfTheClosedForm(double q) {
        LqBall ball = LqBall.of(LqNorm.of(q), .3);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100; i++) {
            double[] theta = Examples.gaussian(random, 4);
            double[] x = Examples.gaussian(random, 4);
            int label = i % 2 == 0 ? 1 : -1;
            double[] moved = Vectors.minus(x, Vectors.scaled(ball.worst(theta, label), -1));
            SignedData data = SignedData.of(new double[][] {x}, new int[] {label});
            assertThat(label * Vectors.dot(theta, moved))
                    .isCloseTo(ball.margin(data, theta), within(1e-13));
            assertThat(ball.margins(data, theta)).containsExactly(ball.margin(data, theta));
        }
    }

    @Test
    void projectionsAreThoseComputedByHand() {
        assertThat(LqBall.of(LqNorm.L1, 2).project(3, 1)).containsExactly(2, 0);
        assertThat(LqBall.of(LqNorm.L1, 3).project(3, 2)).containsExactly(2, 1);
        assertThat(LqBall.of(LqNorm.L2, 1).project(3, 4))
                .containsExactly(new double[] {.6, .8}, within(1e-15));
        assertThat(LqBall.of(LqNorm.LINF, 1).project(-3, .5)).containsExactly(-1, .5);
    }

    @ParameterizedTest
    @CsvSource({
        "1,.7",
        "1.01,.7",
        "1.2,.01",
        "1.5,2",
        "2,.7",
        "2.5,1e-6",
        "3,.7",
        "10,.7",
        "100,.01",
        "Infinity,.7"
    })
    void projectionIsTheNearestPoint(double q, double radius) {
        LqNorm norm = LqNorm.of(q);
        LqBall ball = LqBall.of(norm, radius);
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 100; i++) {
            double[] v = Vectors.scaled(Examples.gaussian(random, 4), i % 3 == 0 ? 100 : 1);
            double[] w = Examples.gaussian(random, 4);
            double[] pv = ball.project(v);
            double[] pw = ball.project(w);
            assertThat(norm.norm(pv)).isLessThanOrEqualTo(radius * (1 + 1e-14));
            if (norm.norm(v) > radius) {
                assertThat(norm.norm(pv)).isCloseTo(radius, within(1e-12 * radius));
            }
            double scale = Vectors.norm2(v) + Vectors.norm2(w);
            assertThat(Vectors.norm2(Vectors.minus(ball.project(pv), pv)))
                    .isLessThanOrEqualTo(1e-12 * radius);
            assertThat(Vectors.norm2(Vectors.minus(pv, pw)))
                    .isLessThanOrEqualTo(Vectors.norm2(Vectors.minus(v, w)) + 1e-12 * scale);
            // No feasible point lies on the other side of the plane through the projection.
            assertThat(Vectors.dot(Vectors.minus(v, pv), Vectors.minus(pw, pv)))
                    .isLessThanOrEqualTo(1e-10 * scale * radius);
        }
    }

    @Test
    void projectionOnTheSimplexIsThatOfTheBisection() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 100; i++) {
            double[] v = Examples.gaussian(random, 1 + i % 7);
            assertThat(BallProjection.simplex(v))
                    .containsExactly(SlowMargin.simplex(v), within(1e-12));
        }
        assertThat(BallProjection.simplex(new double[] {1, 1, 1}))
                .containsExactly(new double[] {1. / 3, 1. / 3, 1. / 3}, within(1e-15));
    }

    @Test
    void pointsInTheBallStay() {
        for (LqNorm norm : Examples.NORMS) {
            assertThat(LqBall.of(norm, 1).project(.1, -.2, 0)).containsExactly(.1, -.2, 0);
            assertThat(LqBall.of(norm, 0).project(.1, -.2, 0)).containsOnly(0);
            assertThat(LqBall.of(norm, 2).project(-7))
                    .containsExactly(new double[] {-2}, within(1e-14));
        }
    }

    @Test
    void ballOfRadiusZeroCostsNothing() {
        assertThat(LqBall.none().cost(3, 4)).isZero();
        assertThat(LqBall.none().worst(new double[] {3, 4}, 1)).containsOnly(-0.0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-.1, Double.NaN, INF})
    void radiusOutOfRangeIsRefused(double radius) {
        assertThatThrownBy(() -> LqBall.of(LqNorm.L2, radius))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 or more, but is " + radius);
    }

    @Test
    void labelOtherThanASignIsRefused() {
        assertThatThrownBy(() -> LqBall.none().worst(new double[] {1}, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be -1 or 1, but is 0");
    }
}
