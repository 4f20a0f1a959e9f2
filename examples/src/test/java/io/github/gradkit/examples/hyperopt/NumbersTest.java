package io.github.gradkit.examples.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

    @ParameterizedTest
    @CsvSource({
        "1e-6, 1e-6",
        "0.0015, 1.5e-3",
        "1e-10, 1e-10",
        "0.01, 0.01",
        "0.1, 0.1",
        "1, 1",
        "10, 10",
        "123.5, 123.5",
        "1e20, 1e+20"
    })
    void ratesAreWrittenAsSomebodyWouldTypeThem(double rate, String text) {
        assertThat(Numbers.rate(rate)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0.1234567, 0.1235",
        "0.9, 0.9000",
        "0.00012345, 1.235e-04",
        "-0.54321, -0.5432",
        "0, 0",
        "123456789, 1.235e+08",
        "NaN, not finite",
        "-Infinity, not finite"
    })
    void learnedValuesHaveFourDigits(double value, String text) {
        assertThat(Numbers.learned(value)).isEqualTo(text);
    }

    @Test
    void oneEpochIsNotPlural() {
        assertThat(Numbers.epochs(1)).isEqualTo("1 epoch");
        assertThat(Numbers.epochs(2)).isEqualTo("2 epochs");
    }
}
