package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParametrizationTest {

    private static double nudge(double raw) {
        return 1e-5 * Math.max(1, Math.abs(raw));
    }

    @ParameterizedTest
    @EnumSource
    void rawNumberAndValueAreTheSameThing(Parametrization form) {
        for (double value = 1e-12; value < .99; value *= 1.7) {
            assertThat(form.toValue(form.toRaw(value))).isCloseTo(value, within(1e-12 * value));
        }
        if (form != Parametrization.SIGMOID) {
            for (double value = 1; value < 1e9; value *= 1.9) {
                assertThat(form.toValue(form.toRaw(value))).isCloseTo(value, within(1e-12 * value));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void derivativeIsTheSlope(Parametrization form) {
        for (double raw = -8; raw <= 8; raw += .37) {
            double nudge = nudge(raw);
            double slope = (form.toValue(raw + nudge) - form.toValue(raw - nudge)) / (2 * nudge);

            assertThat(form.derivative(raw))
                    .as("at %s", raw)
                    .isCloseTo(slope, within(1e-7 * Math.abs(slope) + 1e-10));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {.5, .9, .99, .999, 1e-6, 1 - 1e-6})
    void sigmoidKeepsDecays(double decay) {
        double raw = Parametrization.SIGMOID.toRaw(decay);

        assertThat(Parametrization.SIGMOID.toValue(raw)).isCloseTo(decay, within(1e-12));
        assertThat(1 - Parametrization.SIGMOID.toValue(raw))
                .isCloseTo(1 - decay, within(1e-9 * (1 - decay)));
    }

    @ParameterizedTest
    @EnumSource(names = {"SQUARE", "LOG", "LOG10", "SOFTPLUS", "SIGMOID"})
    void valueIsNeverBelowZero(Parametrization form) {
        for (double raw : new double[] {-1e3, -50, -1, 0, 1, 50}) {
            assertThat(form.toValue(raw)).isNotNegative();
        }
        assertThat(form.toRaw(-1)).isNaN();
    }

    @ParameterizedTest
    @EnumSource
    void valueGrowsWithTheRawNumber(Parametrization form) {
        for (double raw = .01; raw < 10; raw += .1) {
            assertThat(form.toValue(raw + .1)).isGreaterThan(form.toValue(raw));
            assertThat(form.derivative(raw)).isPositive();
        }
    }
}
