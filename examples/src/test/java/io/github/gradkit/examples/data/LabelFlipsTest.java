package io.github.gradkit.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelFlipsTest {

    private static final int[] LABELS = new Random(1).ints(1293, 0, 10).toArray();

    @ParameterizedTest
    @ValueSource(doubles = {0, .001, .1, .25, .5, 1})
    void exactlyTheRoundedShareIsFlipped(double rate) {
        LabelFlips flips = LabelFlips.uniform(LABELS, 10, rate, 7);
        int expected = (int) Math.round(rate * LABELS.length);
        assertThat(flips.count()).isEqualTo(expected);
        assertThat(changed(flips)).isEqualTo(expected);
    }

    private static long changed(LabelFlips flips) {
        return IntStream.range(0, LABELS.length)
                .filter(i -> flips.labels()[i] != LABELS[i])
                .peek(i -> assertThat(flips.flipped()[i]).isTrue())
                .count();
    }

    @Test
    void everyOtherClassComesUpAboutEquallyOften() {
        int[] fives = IntStream.generate(() -> 5).limit(90_000).toArray();
        LabelFlips flips = LabelFlips.uniform(fives, 10, 1, 3);
        for (int label = 0; label < 10; label++) {
            int wanted = label;
            long count = IntStream.of(flips.labels()).filter(l -> l == wanted).count();
            assertThat(count).isBetween(label == 5 ? 0L : 9_500L, label == 5 ? 0L : 10_500L);
        }
    }

    @Test
    void sameSeedFlipsTheSameLabels() {
        LabelFlips one = LabelFlips.uniform(LABELS, 10, .1, 7);
        LabelFlips same = LabelFlips.uniform(LABELS, 10, .1, 7);
        LabelFlips other = LabelFlips.uniform(LABELS, 10, .1, 8);
        assertThat(same.labels()).isEqualTo(one.labels());
        assertThat(other.labels()).isNotEqualTo(one.labels());
    }

    @Test
    void givenLabelsAreLeftAlone() {
        int[] labels = LABELS.clone();
        LabelFlips.uniform(labels, 10, .5, 7);
        assertThat(labels).isEqualTo(LABELS);
    }

    @Test
    void confusableFlipsGoToTheBestWrongClass() {
        float[][] scores = {{5, 1, 2}, {5, 1, 2}, {-3, -1, -2}};
        LabelFlips flips = LabelFlips.confusable(new int[] {0, 1, 1}, scores, 1, 7);
        assertThat(flips.labels()).containsExactly(2, 0, 2);
        assertThat(flips.flipped()).containsOnly(true);
    }

    @Test
    void confusableFlipsAreCountedLikeUniformOnes() {
        float[][] scores = new float[LABELS.length][10];
        LabelFlips flips = LabelFlips.confusable(LABELS, scores, .1, 7);
        assertThat(changed(flips)).isEqualTo(129);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-.1, 1.1, Double.NaN})
    void rateOutsideZeroToOneIsRejected(double rate) {
        assertThatThrownBy(() -> LabelFlips.uniform(LABELS, 10, rate, 7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Double.toString(rate));
    }

    @Test
    void oneClassIsRejected() {
        assertThatThrownBy(() -> LabelFlips.uniform(new int[3], 1, .5, 7))
                .hasMessageContaining("2 classes");
        assertThatThrownBy(() -> LabelFlips.confusable(new int[3], new float[3][1], 1, 7))
                .hasMessageContaining("2 classes");
    }

    @Test
    void missingScoresAreRejected() {
        assertThatThrownBy(() -> LabelFlips.confusable(new int[3], new float[2][4], 1, 7))
                .hasMessageContaining("got 2");
    }
}
