package io.github.gradkit.examples.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DigitsTest {

    @Test
    void embeddedDigitsAreSplitByTheSeed() throws Exception {
        ImageData data = DataSetName.DIGITS.load(null, 1);
        assertThat(data.train().size() + data.test().size()).isEqualTo(1797);
        assertThat(data.test().size()).isBetween(495, 510);
        ImageData other = DataSetName.DIGITS.load(null, 2);
        assertThat(other.test().labels()).isNotEqualTo(data.test().labels());
    }

    @Test
    void firstDigitIsAZero() throws Exception {
        ImageSet digits = Digits.load(java.util.List.of("0 1 2 3 4 5 6 7 8 9".split(" ")));
        assertThat(digits.label(0)).isZero();
        assertThat(Arrays.copyOf(digits.values(0), 8))
                .containsExactly(0, 0, 79, 207, 143, 15, 0, 0);
        float[] features = new float[64];
        digits.select(0).features().get(features);
        assertThat(features[2]).isEqualTo(5f / 16);
    }

    @Test
    void limitKeepsAChosenPart() throws Exception {
        ImageData data = DataSetName.DIGITS.load(null, 1);
        ImageData small = data.limit(100, 3);
        assertThat(small.train().size()).isEqualTo(100);
        assertThat(small.test().size()).isEqualTo(100);
        assertThat(data.limit(100, 3).train().labels()).isEqualTo(small.train().labels());
        assertThat(data.limit(5000, 3)).isEqualTo(data);
    }
}
