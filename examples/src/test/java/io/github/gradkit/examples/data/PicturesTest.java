package io.github.gradkit.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.gradkit.report.Picture;
import java.util.List;
import org.junit.jupiter.api.Test;

class PicturesTest {

    private static final List<String> NAMES = List.of("a");

    @Test
    void planesBecomeColours() {
        ImageSet.Format format = new ImageSet.Format(2, 1, 3, 255, NAMES);
        Picture picture = Pictures.of(format, new int[] {0x12, 0xFF, 0x34, 0, 0x56, 1});
        assertThat(picture.dataUri())
                .isEqualTo(Picture.ofRgb(new int[] {0x123456, 0xFF0001}, 2, 1).dataUri());
    }

    @Test
    void oneChannelIsGrey() {
        ImageSet.Format format = new ImageSet.Format(1, 2, 16, NAMES);
        assertThat(Pictures.of(format, new int[] {0, 255}).dataUri())
                .isEqualTo(Picture.ofGrey(new int[] {0, 255}, 1, 2).dataUri());
    }

    @Test
    void twoChannelsAreRejected() {
        assertThatThrownBy(() -> new ImageSet.Format(1, 1, 2, 255, NAMES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("got 2");
    }
}
