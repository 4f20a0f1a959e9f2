package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {

    @Test
    void periodsOfAHundredStepsShrinkBy3To6() {
        assertThat(Checkpoints.shrinking(100)).containsExactly(22, 19, 16, 13, 10, 7, 6, 6);
    }

    @Test
    void periodsOfFiftyStepsShrinkBy1To3() {
        assertThat(Checkpoints.shrinking(50)).containsExactly(11, 10, 9, 8, 7);
    }

    @Test
    void periodsOfFewStepsAreAtLeast1() {
        assertThat(Checkpoints.shrinking(1)).containsExactly(1);
        assertThat(Checkpoints.shrinking(7)).containsExactly(1, 1, 1, 1, 1, 1, 1);
        assertThat(Checkpoints.shrinking(10)).containsExactly(2, 1, 1, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void evenPeriodsAreATwentyFifth() {
        assertThat(Checkpoints.even(100)).hasSize(25).containsOnly(4);
        assertThat(Checkpoints.even(3)).containsExactly(1, 1, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 13, 20, 33, 99, 100, 101, 1000, 123_456})
    void periodsFitIntoTheStepsAndLeaveNoRoomForAnother(int steps) {
        int[] lengths = Checkpoints.shrinking(steps);
        int rest = steps - IntStream.of(lengths).sum();

        assertThat(IntStream.of(lengths)).isNotEmpty().allMatch(length -> length >= 1);
        assertThat(rest).isBetween(0, Math.max(lengths[lengths.length - 1], 1));
    }
}
