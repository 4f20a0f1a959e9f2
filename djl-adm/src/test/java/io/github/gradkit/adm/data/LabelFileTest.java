package io.github.gradkit.adm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelFileTest {

    @TempDir private Path folder;

    @Test
    void readsWhatItWrote() throws IOException {
        int[] labels = IntStream.range(0, 256).toArray();
        Path file = folder.resolve("all.png");
        LabelFile.write(file, labels, 8, 32);
        LabelFile read = LabelFile.read(file);
        assertThat(read.height()).isEqualTo(8);
        assertThat(read.width()).isEqualTo(32);
        assertThat(read.labels()).isEqualTo(labels);
        assertThat(Arrays.stream(colours(file)).distinct().count())
                .as("labels can be told apart")
                .isGreaterThan(200);
        assertThat(colours(file)[255]).isEqualTo(0xffffffff);
        assertThat(Arrays.stream(colours(file)).map(colour -> colour & 0xffffff).toArray())
                .isEqualTo(Arrays.stream(labels).map(LabelFile::colour).toArray());
    }

    @Test
    void knowsNoColourOfOtherNumbers() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelFile.colour(256))
                .withMessageContaining("label 256");
        assertThatIllegalArgumentException().isThrownBy(() -> LabelFile.colour(-1));
    }

    @Test
    void readsGreyFilesByValue() throws IOException {
        BufferedImage grey = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
        int[] labels = {0, 1, 20, 254, 255, 128};
        grey.getRaster().setPixels(0, 0, 3, 2, labels);
        Path file = folder.resolve("grey.png");
        ImageIO.write(grey, "png", file.toFile());
        assertThat(LabelFile.read(file).labels()).isEqualTo(labels);
    }

    @Test
    void readsFewColoursByIndex() throws IOException {
        BufferedImage two = new BufferedImage(9, 1, BufferedImage.TYPE_BYTE_BINARY);
        two.getRaster().setPixels(0, 0, 9, 1, new int[] {1, 0, 0, 1, 1, 0, 1, 0, 1});
        Path file = folder.resolve("two.png");
        ImageIO.write(two, "png", file.toFile());
        assertThat(LabelFile.read(file).labels()).containsExactly(1, 0, 0, 1, 1, 0, 1, 0, 1);
    }

    @Test
    void refusesColoursAndLargeNumbers() throws IOException {
        Path colour = folder.resolve("colour.png");
        ImageIO.write(new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB), "png", colour.toFile());
        assertThatThrownBy(() -> LabelFile.read(colour))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("colour.png has 3 channels");
        BufferedImage wide = new BufferedImage(2, 2, BufferedImage.TYPE_USHORT_GRAY);
        wide.getRaster().setSample(1, 0, 0, 256);
        Path large = folder.resolve("large.png");
        ImageIO.write(wide, "png", large.toFile());
        assertThatThrownBy(() -> LabelFile.read(large))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("large.png has label 256 at row 0, column 1");
    }

    @Test
    void refusesAFileThatIsCutOffAnywhere() throws IOException {
        Path whole = folder.resolve("whole.png");
        LabelFile.write(whole, noise(40 * 40), 40, 40);
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = folder.resolve("cut.png");
        int end = bytes.length - 40;
        for (int length : new int[] {0, 1, 7, 20, 33, 60, bytes.length / 2, end}) {
            Files.write(cut, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> LabelFile.read(cut))
                    .as("%d of %d bytes", length, bytes.length)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cut.png");
        }
    }

    @Test
    void refusesDamageAndFilesThatAreNotThere() throws IOException {
        Path file = folder.resolve("hurt.png");
        LabelFile.write(file, noise(40 * 40), 40, 40);
        byte[] bytes = Files.readAllBytes(file);
        for (int i = bytes.length / 2; i < bytes.length / 2 + 60; i++) {
            bytes[i] ^= 0x55;
        }
        Files.write(file, bytes);
        assertThatThrownBy(() -> LabelFile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("hurt.png");
        Files.writeString(file, "no picture");
        assertThatThrownBy(() -> LabelFile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no known format");
        assertThatThrownBy(() -> LabelFile.read(folder.resolve("none.png")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("none.png");
    }

    @Test
    void refusesToWriteWhatIsNoLabel() {
        Path file = folder.resolve("new.png");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelFile.write(file, new int[] {0, 256}, 1, 2))
                .withMessageContaining("label 256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelFile.write(file, new int[3], 1, 2))
                .withMessageContaining("3 labels");
        assertThat(file).doesNotExist();
    }

    private static int[] noise(int length) {
        return new java.util.Random(1).ints(length, 0, 256).toArray();
    }

    private static int[] colours(Path file) throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }
}
