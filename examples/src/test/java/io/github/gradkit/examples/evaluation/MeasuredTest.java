package io.github.gradkit.examples.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeasuredTest {

    @Test
    void intervalIsThatOfStudent() {
        Measured three = Measured.of(List.of(1.0, 2.0, 3.0));
        assertThat(three.mean()).isEqualTo(2);
        // A standard error of 1 / sqrt 3, and the quantile for two degrees of freedom.
        assertThat(three.half()).isCloseTo(4.303 / Math.sqrt(3), within(1e-9));
        assertThat(three.isSurelyPositive()).isFalse();
        assertThat(Measured.of(List.of(9.0, 10.0, 11.0)).isSurelyPositive()).isTrue();
        assertThat(Measured.of(List.of(-9.0, -10.0, -11.0)).isSurelyNegative()).isTrue();
        assertThat(Measured.of(Collections.nCopies(Measured.MOST, 1.0)).half()).isZero();
    }

    @Test
    void aSingleSeedIsNeverSure() {
        Measured one = Measured.of(List.of(5.0));
        assertThat(one.half()).isNaN();
        assertThat(one.isSurelyPositive() || one.isSurelyNegative()).isFalse();
        assertThat(one.text(2)).isEqualTo("5.00");
    }

    @Test
    void zeroHasNoSign() {
        assertThat(new Measured(-0.04, 0.2).text(1)).isEqualTo("0.0 ± 0.2");
        assertThat(new Measured(-0.06, 0.2).text(1)).isEqualTo("-0.1 ± 0.2");
        assertThat(new Measured(-0.4, Double.NaN).text(0)).isEqualTo("0");
    }
}
