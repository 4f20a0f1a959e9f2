package io.github.gradkit.examples.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RecoveryCurveTest {

    private static final double[] SCORES = {1, 9, 5, 7, 3};
    private static final boolean[] WANTED = {false, true, true, false, false};

    @Test
    void highestScoreIsCheckedFirstAndTiesGoByIndex() {
        assertThat(RecoveryCurve.ranking(new double[] {2, 3, 2, 3, 1}))
                .containsExactly(1, 3, 0, 2, 4);
    }

    @Test
    void countsWhatIsFound() {
        RecoveryCurve curve = RecoveryCurve.of(SCORES, WANTED);
        assertThat(curve.size()).isEqualTo(5);
        assertThat(curve.foundAfter(0)).isZero();
        assertThat(curve.foundAfter(1)).isEqualTo(.5);
        assertThat(curve.foundAfter(2)).isEqualTo(.5);
        assertThat(curve.foundAfter(3)).isEqualTo(1);
        assertThat(curve.foundAfter(5)).isEqualTo(1);
    }

    @Test
    void sharesAreRoundedToWholeExamples() {
        RecoveryCurve curve = RecoveryCurve.of(SCORES, WANTED);
        assertThat(curve.foundWithin(0)).isZero();
        assertThat(curve.foundWithin(.2)).isEqualTo(.5);
        assertThat(curve.foundWithin(.61)).isEqualTo(1);
        assertThat(curve.foundWithin(1)).isEqualTo(1);
    }

    @Test
    void idealCurveFindsEverythingFirst() {
        RecoveryCurve ideal = RecoveryCurve.of(SCORES, WANTED).ideal();
        assertThat(ideal.foundAfter(1)).isEqualTo(.5);
        assertThat(ideal.foundAfter(2)).isEqualTo(1);
        assertThat(ideal.foundAfter(5)).isEqualTo(1);
    }

    @Test
    void rankingThatRepeatsAnExampleIsRejected() {
        assertThatThrownBy(() -> RecoveryCurve.of(new int[] {0, 1, 1, 2, 3}, WANTED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 twice");
    }

    @Test
    void rankingOfAnotherLengthIsRejected() {
        assertThatThrownBy(() -> RecoveryCurve.of(new int[] {0, 1}, WANTED))
                .hasMessageContaining("2 places for 5 examples");
    }

    @Test
    void nothingToFindIsRejected() {
        assertThatThrownBy(() -> RecoveryCurve.of(SCORES, new boolean[5]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shareOutsideZeroToOneIsRejected() {
        RecoveryCurve curve = RecoveryCurve.of(SCORES, WANTED);
        assertThatThrownBy(() -> curve.foundWithin(1.1)).hasMessageContaining("1.1");
        assertThatThrownBy(() -> curve.foundWithin(Double.NaN)).hasMessageContaining("NaN");
    }
}
