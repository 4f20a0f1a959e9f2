package io.github.gradkit.advtrain.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LqNormTest {

    private static final double INF = Double.POSITIVE_INFINITY;

    @Test
    void dualExponentsArePairs() {
        assertThat(LqNorm.L1.p()).isEqualTo(INF);
        assertThat(LqNorm.LINF.p()).isEqualTo(1);
        assertThat(LqNorm.L2.p()).isEqualTo(2);
        assertThat(LqNorm.of(1.5).p()).isCloseTo(3, within(1e-15));
    }

    @Test
    void normsAreThoseOfTheFormula() {
        assertThat(LqNorm.L1.norm(3, -4)).isEqualTo(7);
        assertThat(LqNorm.L2.norm(3, -4)).isEqualTo(5);
        assertThat(LqNorm.LINF.norm(3, -4)).isEqualTo(4);
        assertThat(LqNorm.of(3).norm(3, -4)).isCloseTo(Math.cbrt(91), within(1e-14));
    }

    @Test
    void hugeAndTinyVectorsHaveANorm() {
        assertThat(LqNorm.L2.norm(3e300, 4e300)).isEqualTo(5e300);
        assertThat(LqNorm.L2.norm(3e-300, 4e-300)).isCloseTo(5e-300, within(1e-314));
        assertThat(LqNorm.of(1000).norm(.001, .001))
                .isCloseTo(.001 * Math.pow(2, .001), within(1e-18));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.01, 1.5, 2, 3, 10, INF})
    void steepestReachesTheDualNormAndNoOtherBeatsIt(double q) {
        LqNorm norm = LqNorm.of(q);
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 200; i++) {
            double[] theta = Examples.gaussian(random, 5);
            double[] g = norm.steepest(theta);
            double dual = norm.dualNorm(theta);
            assertThat(norm.norm(g)).isCloseTo(1, within(1e-12));
            assertThat(Vectors.dot(g, theta)).isCloseTo(dual, within(1e-12 * dual));
            double[] other = Examples.gaussian(random, 5);
            assertThat(Vectors.dot(other, theta) / norm.norm(other))
                    .isLessThanOrEqualTo(dual * (1 + 1e-14));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.5, 2, INF})
    void steepestAtZeroIsZero(double q) {
        assertThat(LqNorm.of(q).steepest(0, -0.0)).containsOnly(0);
    }

    @Test
    void tiesOfTheL1NormGoToTheFirst() {
        assertThat(LqNorm.L1.steepest(1, -2, 2)).containsExactly(0, -1, 0);
    }

    @Test
    void steepestOfTheLargestNormIsZeroWhereTheVectorIs() {
        assertThat(LqNorm.LINF.steepest(-2, 0, 1e-300)).containsExactly(-1, 0, 1);
    }

    @Test
    void l1StepIsSteeperThanTheGradientScaledToNormOne() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 100; i++) {
            double[] g = Examples.gaussian(random, 6);
            double scaled = Vectors.dot(g, g) / LqNorm.L1.norm(g);
            assertThat(LqNorm.L1.dualNorm(g)).isGreaterThanOrEqualTo(scaled);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {.999, 0, -1, Double.NaN, Double.NEGATIVE_INFINITY})
    void exponentBelowOneIsRefused(double q) {
        assertThatThrownBy(() -> LqNorm.of(q))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be 1 or more, but is " + q)
                .hasMessageContaining("Use 1, 2");
    }

    @Test
    void notANumberIsRefused() {
        assertThatThrownBy(() -> LqNorm.L2.steepest(1, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("value 1 is NaN");
    }

    @Test
    void namesAreShort() {
        assertThat(Examples.NORMS).hasToString("[l1, l1.5, l2, l3, linf]");
    }
}
