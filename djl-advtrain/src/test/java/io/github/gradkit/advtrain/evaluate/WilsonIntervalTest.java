package io.github.gradkit.advtrain.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wilson's interval against published values and its definition. */
class WilsonIntervalTest {

    /** 81/263 and 15/148: Newcombe 1998, table I; the others by the formula in 30 digits. */
    @ParameterizedTest
    @CsvSource({
        "81, 263, 0.2553, 0.3662, 5e-5",
        "15, 148, 0.0624, 0.1605, 5e-5",
        "0, 20, 0.0000, 0.1611, 5e-5",
        "1, 29, 0.0061, 0.1718, 5e-5",
        "5, 10, 0.236593090512564, 0.763406909487436, 1e-12",
        "10, 10, 0.722467200137111, 1, 1e-12",
    })
    void agreesWithTextbookValues(
            int successes, int trials, double low, double high, double tolerance) {
        WilsonInterval interval = WilsonInterval.of(successes, trials);
        assertThat(interval.low()).isCloseTo(low, within(tolerance));
        assertThat(interval.high()).isCloseTo(high, within(tolerance));
    }

    @Test
    void endsAreTheSharesThatAreJustRejected() {
        WilsonInterval interval = WilsonInterval.of(37, 120, 1.5);
        for (double share : new double[] {interval.low(), interval.high()}) {
            double deviation = Math.sqrt(share * (1 - share) / 120);
            assertThat(Math.abs(37 / 120.0 - share) / deviation).isCloseTo(1.5, within(1e-12));
        }
    }

    @Test
    void staysWithinZeroAndOneAtTheEnds() {
        for (int trials = 1; trials < 2000; trials += 7) {
            WilsonInterval none = WilsonInterval.of(0, trials);
            WilsonInterval all = WilsonInterval.of(trials, trials);
            assertThat(none.low()).isZero();
            assertThat(all.high()).isEqualTo(1);
            assertThat(none.high()).isCloseTo(1 - all.low(), within(1e-12)).isBetween(0.0, 1.0);
        }
    }

    @Test
    void narrowsWithMoreTrials() {
        double few = width(WilsonInterval.of(9, 10));
        double many = width(WilsonInterval.of(900, 1000));
        assertThat(many).isLessThan(few / 5);
    }

    private static double width(WilsonInterval interval) {
        return interval.high() - interval.low();
    }

    @Test
    void refusesCountsThatCannotBe() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WilsonInterval.of(0, 0))
                .withMessageContaining("0 successes of 0 trials");
        assertThatIllegalArgumentException().isThrownBy(() -> WilsonInterval.of(3, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> WilsonInterval.of(-1, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> WilsonInterval.of(1, 2, Double.NaN));
    }
}
