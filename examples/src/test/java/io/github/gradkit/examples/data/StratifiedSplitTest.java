package io.github.gradkit.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StratifiedSplitTest {

    private static final int[] LABELS = new Random(1).ints(500, 0, 7).toArray();

    @Test
    void everyExampleIsInExactlyOnePart() {
        StratifiedSplit split = StratifiedSplit.of(LABELS, .3, 1);
        assertThat(
                        IntStream.concat(IntStream.of(split.train()), IntStream.of(split.test()))
                                .sorted())
                .containsExactlyElementsOf(IntStream.range(0, 500).boxed().toList());
    }

    @Test
    void eachClassIsSplitInTheSameProportion() {
        StratifiedSplit split = StratifiedSplit.of(LABELS, .3, 1);
        for (int c = 0; c < 7; c++) {
            int label = c;
            long all = IntStream.of(LABELS).filter(l -> l == label).count();
            long test = IntStream.of(split.test()).filter(i -> LABELS[i] == label).count();
            assertThat(test).isEqualTo(Math.round(.3 * all));
        }
    }

    @Test
    void seedDecides() {
        int[] one = StratifiedSplit.of(LABELS, .3, 1).test();
        assertThat(StratifiedSplit.of(LABELS, .3, 1).test()).isEqualTo(one);
        assertThat(StratifiedSplit.of(LABELS, .3, 2).test()).isNotEqualTo(one);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -1, Double.NaN})
    void shareMustLieBetweenZeroAndOne(double share) {
        assertThatThrownBy(() -> StratifiedSplit.of(LABELS, share, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Double.toString(share));
    }
}
