package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The size of the windows over the course of a search. */
class SquareScheduleTest {

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "10, 1",
        "11, 2",
        "50, 2",
        "51, 4",
        "200, 4",
        "201, 8",
        "500, 8",
        "501, 16",
        "1000, 16",
        "1001, 32",
        "2000, 32",
        "2001, 64",
        "4000, 64",
        "4001, 128",
        "6000, 128",
        "6001, 256",
        "8000, 256",
        "8001, 512",
        "1000000, 512"
    })
    void followsTheTableOfThePaper(int proposal, int divisor) {
        assertThat(SquareSchedule.share(0.8, proposal)).isEqualTo(0.8 / divisor);
    }

    @Test
    void isStretchedToTheBudgetWhenAskedFor() {
        assertThat(SquareSchedule.rescaled(1, 10_000)).isEqualTo(1);
        assertThat(SquareSchedule.rescaled(100, 1000)).isEqualTo(1000);
        assertThat(SquareSchedule.rescaled(999, 1000)).isEqualTo(9990);
        assertThat(SquareSchedule.rescaled(Integer.MAX_VALUE, Integer.MAX_VALUE)).isEqualTo(10_000);
    }
}
