package io.github.gradkit.examples.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LogitsTest {

    private static final Offset<Double> ROUNDING = Offset.offset(1e-6);
    private static final Logits LOGITS = new Logits(new float[][] {{0, 1, 2}, {3, 3, 1}});

    @Test
    void highestLogitIsPredictedAndTheLowestClassOfEqualOnes() {
        assertThat(LOGITS.predicted(0)).isEqualTo(2);
        assertThat(LOGITS.predicted(1)).isZero();
    }

    @Test
    void lossIsTheCrossEntropy() {
        double sum = 1 + Math.E + Math.exp(2);
        assertThat(LOGITS.losses(new int[] {0, 2})[0]).isCloseTo(Math.log(sum), ROUNDING);
        assertThat(LOGITS.loss(0, 2)).isCloseTo(Math.log(sum) - 2, ROUNDING);
    }

    @Test
    void largeLogitsDoNotOverflow() {
        Logits large = new Logits(new float[][] {{1000, -1000}});
        assertThat(large.loss(0, 0)).isZero();
        assertThat(large.loss(0, 1)).isCloseTo(2000, ROUNDING);
    }

    @Test
    void marginIsTheLeadOfTheBestOtherClass() {
        assertThat(LOGITS.negativeMargins(new int[] {2, 2})).containsExactly(-1, 2);
        assertThat(LOGITS.negativeMargin(1, 0)).isZero();
    }

    @Test
    void accuracyCountsRightPredictions() {
        assertThat(LOGITS.accuracy(new int[] {2, 1})).isEqualTo(.5);
    }
}
