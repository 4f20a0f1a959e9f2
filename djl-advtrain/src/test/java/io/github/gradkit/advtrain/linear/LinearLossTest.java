package io.github.gradkit.advtrain.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinearLossTest {

    @ParameterizedTest
    @ValueSource(doubles = {-20, -1, 0, 1e-9, .5, 20})
    void lossesAreThoseOfTheFormula(double m) {
        assertThat(LinearLoss.EXPONENTIAL.value(m))
                .isCloseTo(Math.exp(-m), within(1e-13 * Math.exp(-m)));
        double logistic = Math.log1p(Math.exp(-m));
        assertThat(LinearLoss.LOGISTIC.value(m)).isCloseTo(logistic, within(1e-13 * logistic));
    }

    @ParameterizedTest
    @EnumSource
    void weightIsMinusTheDerivative(LinearLoss loss) {
        for (double m = -5; m <= 5; m += .7) {
            double slope = (loss.value(m - 1e-5) - loss.value(m + 1e-5)) / 2e-5;
            assertThat(loss.weight(m)).isCloseTo(slope, within(1e-8 * (1 + slope)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void logarithmIsFiniteWhereTheLossIsNot(LinearLoss loss) {
        assertThat(loss.value(5000)).isZero();
        assertThat(loss.logValue(5000)).isEqualTo(-5000);
        assertThat(loss.logMean(5000, 5000)).isEqualTo(-5000);
        assertThat(loss.logMean(5000, 6000)).isCloseTo(-5000 - Math.log(2), within(1e-9));
        assertThat(loss.weight(5000)).isZero();
        assertThat(loss.logMean(-5000, 3)).isFinite();
    }

    @Test
    void logisticLossGoesOverIntoItsTailWithoutAStep() {
        double before = LinearLoss.LOGISTIC.logValue(40 - 1e-9);
        assertThat(LinearLoss.LOGISTIC.logValue(40 + 1e-9)).isCloseTo(before, within(1e-8));
        assertThat(LinearLoss.LOGISTIC.logValue(-800)).isCloseTo(Math.log(800), within(1e-13));
    }

    @ParameterizedTest
    @EnumSource
    void riskIsTheMeanLossUnderTheWorstPerturbation(LinearLoss loss) {
        double[] theta = {1, 2, -3};
        for (LqNorm norm : Examples.NORMS) {
            double cost = .2 * norm.dualNorm(theta);
            double sum = 0;
            for (double m : Examples.three().margins(theta)) {
                sum += loss.value(m - cost);
            }
            assertThat(Math.exp(loss.logRisk(Examples.three(), LqBall.of(norm, .2), theta)))
                    .isCloseTo(sum / 3, within(1e-12 * sum));
        }
    }
}
