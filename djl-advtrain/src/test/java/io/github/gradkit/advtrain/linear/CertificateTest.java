package io.github.gradkit.advtrain.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CertificateTest {

    private static final SignedData DATA = Examples.separable(21, 40, 6);

    private static MixedMargin margin(MarginSolver solver, LqNorm norm, double share) {
        double gamma = MarginSolver.ofDefaults().maxMargin(DATA, norm).lower();
        return solver.mixedMargin(DATA, LqBall.of(norm, share * gamma));
    }

    @Test
    void boundHoldsForAnyWeights() {
        SplittableRandom random = new SplittableRandom(4);
        for (LqNorm norm : Examples.NORMS) {
            for (double share : new double[] {0, .5, .99}) {
                MixedMargin margin = margin(MarginSolver.ofDefaults(), norm, share);
                Certificate certificate = Certificate.of(DATA, margin);
                for (int i = 0; i < 500; i++) {
                    double[] noise = Examples.gaussian(random, 6);
                    double[] near = Vectors.scaled(margin.direction(), Math.pow(10, i % 10));
                    double[] theta = Vectors.minus(near, noise);
                    assertThat(certificate.check(theta).holds()).isTrue();
                    assertThat(certificate.check(noise).holds()).isTrue();
                }
                assertThat(certificate.check(margin.direction()).holds()).isTrue();
            }
        }
    }

    @Test
    void boundHoldsForTheMarginOfAHastySolverToo() {
        SplittableRandom random = new SplittableRandom(4);
        MarginSolver hasty = MarginSolver.builder().optTolerance(.2).build();
        MixedMargin rough = margin(hasty, LqNorm.LINF, .5);
        assertThat(rough.gap()).isGreaterThan(1e-3 * rough.upper());
        Certificate certificate = Certificate.of(DATA, rough);
        double[] exact = margin(MarginSolver.ofDefaults(), LqNorm.LINF, .5).direction();
        assertThat(certificate.check(exact).holds()).isTrue();
        for (int i = 0; i < 500; i++) {
            double[] noise = Vectors.scaled(Examples.gaussian(random, 6), .01);
            assertThat(certificate.check(Vectors.minus(exact, noise)).holds()).isTrue();
        }
    }

    @Test
    void wrongMarginIsNoticed() {
        MixedMargin margin = margin(MarginSolver.ofDefaults(), LqNorm.L2, .5);
        Certificate certificate = Certificate.of(DATA, margin);
        double[] theta = Examples.gaussian(new SplittableRandom(1), 6);
        assertThat(certificate.check(theta, margin.upper()).holds()).isFalse();
    }

    @Test
    void sidesAreThoseOfTheFormula() {
        SignedData data = Examples.two();
        MixedMargin margin = MarginSolver.ofDefaults().mixedMargin(data, LqBall.none());
        Certificate.Check check = Certificate.of(data, margin).check(0, -3);
        assertThat(check.oneMinusCosine()).isCloseTo(1, within(1e-8));
        assertThat(check.bound()).isCloseTo(1 + 2, within(1e-8));
    }

    @Test
    void weightsWithoutDirectionAreRefused() {
        Certificate certificate =
                Certificate.of(DATA, margin(MarginSolver.ofDefaults(), LqNorm.L1, 0));
        assertThatThrownBy(() -> certificate.check(new double[6]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not all be 0");
        assertThatThrownBy(() -> certificate.check(1, 2, 3, 4, 5, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("value 5 is NaN");
        assertThatThrownBy(() -> certificate.check(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("6 features, but has 1");
    }

    @Test
    void overlappingDataHasNoCertificate() {
        MixedMargin margin = margin(MarginSolver.ofDefaults(), LqNorm.L2, 1.5);
        assertThatThrownBy(() -> Certificate.of(DATA, margin))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not robustly separable");
    }
}
