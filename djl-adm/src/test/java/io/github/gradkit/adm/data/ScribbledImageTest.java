package io.github.gradkit.adm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ScribbledImageTest {

    @Test
    void keepsWhatItWasGiven() {
        float[] pixels = {0, 0.25f, 0.5f, 1};
        int[] scribbles = {255, 254};
        ScribbledImage image = ScribbledImage.of("a", 2, 1, 2, pixels, scribbles);
        pixels[0] = 9;
        scribbles[0] = 9;
        image.pixels()[1] = 9;
        image.scribbles()[1] = 9;
        assertThat(image.pixels()).containsExactly(0, 0.25f, 0.5f, 1);
        assertThat(image.scribbles()).containsExactly(255, 254);
        assertThat(image.mask()).isEmpty();
        assertThat(image.labelledShare()).isEqualTo(0.5);
        assertThat(image.toString()).contains("a, 2 x 1 x 2");
    }

    @Test
    void takesMasksAndOtherScribbles() {
        ScribbledImage bare = ScribbledImage.of("a", 1, 1, 2, new float[2], new int[] {255, 1});
        int[] mask = {3, 255};
        ScribbledImage image = bare.withMask(mask).withScribbles(new int[] {2, 255});
        mask[0] = 9;
        image.mask().orElseThrow()[1] = 9;
        assertThat(image.mask()).hasValue(new int[] {3, 255});
        assertThat(image.scribbles()).containsExactly(2, 255);
        assertThat(bare.scribbles()).containsExactly(255, 1);
        assertThat(image).isNotEqualTo(bare);
        assertThat(image.withScribbles(new int[] {255, 1}))
                .isEqualTo(bare.withMask(new int[] {3, 255}))
                .hasSameHashCodeAs(bare.withMask(new int[] {3, 255}));
    }

    @Test
    void refusesWrongSizesAndValues() {
        float[] pixels = new float[6];
        int[] scribbles = new int[6];
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScribbledImage.of("cat", 1, 2, 2, pixels, scribbles))
                .withMessageContaining("'cat' has 6 values")
                .withMessageContaining("4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScribbledImage.of("cat", 1, 2, 3, pixels, new int[5]))
                .withMessageContaining("5 scribbles");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScribbledImage.of("cat", 1, 0, 3, new float[0], new int[0]))
                .withMessageContaining("0 rows");
        for (float wrong : new float[] {-0.01f, 1.01f, Float.NaN}) {
            float[] values = pixels.clone();
            values[3] = wrong;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ScribbledImage.of("cat", 1, 2, 3, values, scribbles))
                    .withMessageContaining(wrong + " at 3")
                    .withMessageContaining("0 to 1");
        }
        for (int wrong : new int[] {-1, 256}) {
            int[] labels = scribbles.clone();
            labels[5] = wrong;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ScribbledImage.of("cat", 1, 2, 3, pixels, labels))
                    .withMessageContaining("label " + wrong + " at pixel 5");
            ScribbledImage image = ScribbledImage.of("cat", 1, 2, 3, pixels, scribbles);
            assertThatIllegalArgumentException().isThrownBy(() -> image.withMask(labels));
            assertThatIllegalArgumentException().isThrownBy(() -> image.withScribbles(labels));
        }
    }
}
