package io.github.gradkit.learninit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MomentsTest {

    @Test
    void numbersOfAnyUnitComeToTheSameScale() {
        float[] scaled =
                Moments.of(new float[] {1e-15f, 295, -7e20f, 3e-15f, 305, 7e20f}, 3)
                        .standardised(new float[] {3e-15f, 290, 0});
        assertThat(scaled).containsExactly(1, -2, 0);
    }

    @Test
    void roundingOfAConstantIsNoSpread() {
        float third = 1000 / 3f;
        float[] column = {third, third, third, third, third, third, Math.nextUp(third)};
        assertThat(Moments.of(column, 1).spreads()).containsExactly(1);
        assertThat(Moments.of(new float[] {0, 0, 0}, 1).spreads()).containsExactly(1);
        assertThat(Moments.of(new float[] {0.1f, 0.1f, 0.1f}, 1).spreads()).containsExactly(1);
    }

    @Test
    void someColumnsGetAnotherSpread() {
        Moments moments = Moments.of(new float[] {1, 2, 3, 4}, 2);
        assertThat(moments.withSpread(column -> column == 1, 8).spreads()).containsExactly(1, 8);
        assertThat(moments.spreads()).containsExactly(1, 1);
        assertThat(moments.means()).containsExactly(2, 3);
    }
}
