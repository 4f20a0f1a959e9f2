package io.github.gradkit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PictureTest {

    @Test
    void greyPixelsSurviveExactly() throws IOException {
        int[] pixels = IntStream.range(0, 256).toArray();
        BufferedImage decoded = decode(Picture.ofGrey(pixels, 32, 8));
        assertThat(decoded.getWidth()).isEqualTo(32);
        assertThat(decoded.getHeight()).isEqualTo(8);
        assertThat(decoded.getRaster().getPixels(0, 0, 32, 8, (int[]) null)).isEqualTo(pixels);
    }

    @Test
    void rgbPixelsSurviveExactly() throws IOException {
        int[] pixels = new Random(7).ints(15, 0, 0x1000000).toArray();
        BufferedImage decoded = decode(Picture.ofRgb(pixels, 5, 3));
        int[] seen = decoded.getRGB(0, 0, 5, 3, null, 0, 5);
        assertThat(IntStream.of(seen).map(rgb -> rgb & 0xFFFFFF).toArray()).isEqualTo(pixels);
    }

    @Test
    void imageWithTransparencySurvives() throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x80FF0000);
        Picture picture = Picture.of(image);
        image.setRGB(0, 0, 0);
        assertThat(decode(picture).getRGB(0, 0)).isEqualTo(0x80FF0000);
    }

    @Test
    void pixelsAreCopied() {
        int[] pixels = {0, 255};
        Picture picture = Picture.ofGrey(pixels, 2, 1);
        String before = picture.dataUri();
        pixels[0] = 99;
        assertThat(picture.dataUri()).isEqualTo(before);
    }

    @Test
    void wrongNumberOfPixelsIsRejected() {
        assertThatThrownBy(() -> Picture.ofGrey(new int[63], 8, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("63 pixels, width 8 and height 8");
        // 65536 * 65536 overflows to 0 in int arithmetic.
        assertThatThrownBy(() -> Picture.ofRgb(new int[0], 65536, 65536))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Picture.ofRgb(new int[0], 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Picture.ofGrey(new int[4], -2, -2))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pixelsOutOfRangeAreRejected() {
        assertThatThrownBy(() -> Picture.ofGrey(new int[] {0, 256}, 2, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 to 255")
                .hasMessageContaining("pixel 1 is 256");
        assertThatThrownBy(() -> Picture.ofRgb(new int[] {0xFF000000}, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0xFFFFFF");
    }

    private static BufferedImage decode(Picture picture) throws IOException {
        String prefix = "data:image/png;base64,";
        assertThat(picture.dataUri()).startsWith(prefix);
        byte[] png = Base64.getDecoder().decode(picture.dataUri().substring(prefix.length()));
        return ImageIO.read(new ByteArrayInputStream(png));
    }
}
