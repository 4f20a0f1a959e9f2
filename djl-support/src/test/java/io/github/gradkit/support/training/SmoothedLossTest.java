package io.github.gradkit.support.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SmoothedLossTest {

    private final SmoothedLoss loss = new SmoothedLoss();

    @Test
    void recentLossesCountMost() {
        loss.add(10);
        assertThat(loss.mean()).isEqualTo(10);
        loss.add(20);
        assertThat(loss.mean()).isCloseTo(11, within(1e-12));
        for (int i = 0; i < 100; i++) {
            loss.add(3);
        }
        assertThat(loss.mean()).isCloseTo(3, within(1e-3));
    }

    @Test
    void lossesThatAreNotFiniteAreKeptOut() {
        loss.add(Double.NaN);
        assertThat(loss.mean()).isNaN();
        loss.add(5);
        loss.add(Double.POSITIVE_INFINITY);
        assertThat(loss.mean()).isEqualTo(5);
    }

    @Test
    void tenLossesSettleIt() {
        for (int i = 0; i < 9; i++) {
            loss.add(1);
            loss.add(Double.NaN);
        }
        assertThat(loss.isSettled()).isFalse();
        loss.add(1);
        assertThat(loss.isSettled()).isTrue();
    }

    @Test
    void restartIsSettledAtOnce() {
        loss.restartFrom(7);
        assertThat(loss.isSettled()).isTrue();
        assertThat(loss.mean()).isEqualTo(7);
        loss.add(17);
        assertThat(loss.mean()).isCloseTo(8, within(1e-12));
    }
}
