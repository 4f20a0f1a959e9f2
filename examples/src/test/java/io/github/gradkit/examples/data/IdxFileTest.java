package io.github.gradkit.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdxFileTest {

    private static final ImageSet SET =
            new ImageSet(
                    new ImageSet.Format(3, 2, 255, List.of("a", "b")),
                    new byte[][] {{0, 1, 2, 3, 4, (byte) 255}, {9, 8, 7, 6, 5, 4}},
                    new int[] {0, 1});

    private static IdxFile.Images readImages(byte[] bytes) throws IOException {
        return IdxFile.images("some-images", new ByteArrayInputStream(bytes));
    }

    private static int[] readLabels(byte[] bytes) throws IOException {
        return IdxFile.labels("some-labels", new ByteArrayInputStream(bytes));
    }

    private static byte[] header(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        Arrays.stream(values).forEach(bytes::putInt);
        return bytes.array();
    }

    @Test
    void imagesAreRead() throws Exception {
        IdxFile.Images images = readImages(IdxBytes.images(SET));
        assertThat(images.width()).isEqualTo(3);
        assertThat(images.height()).isEqualTo(2);
        assertThat(images.pixels()).hasDimensions(2, 6);
        assertThat(images.pixels()[0]).containsExactly(0, 1, 2, 3, 4, 255);
    }

    @Test
    void labelsAreUnsigned() throws Exception {
        assertThat(readLabels(IdxBytes.labels(0, 9, 200))).containsExactly(0, 9, 200);
    }

    @Test
    void compressedFilesAreRead() throws Exception {
        assertThat(readImages(IdxBytes.gzip(IdxBytes.images(SET))).pixels()).hasDimensions(2, 6);
        assertThat(readLabels(IdxBytes.gzip(IdxBytes.labels(4)))).containsExactly(4);
    }

    @Test
    void everyTruncationIsRejected() {
        byte[] bytes = IdxBytes.images(SET);
        for (int length = 0; length < bytes.length; length++) {
            byte[] part = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> readImages(part))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("some-images is truncated");
        }
    }

    @Test
    void everyTruncationOfACompressedFileIsRejected() throws Exception {
        byte[] bytes = IdxBytes.gzip(IdxBytes.labels(1, 2, 3));
        for (int length = 0; length < bytes.length; length++) {
            byte[] part = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> readLabels(part))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("some-labels");
        }
    }

    @Test
    void damagedCompressionIsRejected() throws Exception {
        byte[] bytes = IdxBytes.gzip(IdxBytes.labels(1, 2, 3));
        bytes[bytes.length - 6] ^= 0x55;
        assertThatThrownBy(() -> readLabels(bytes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("can't be decompressed");
    }

    @Test
    void furtherBytesAreRejected() {
        byte[] bytes = Arrays.copyOf(IdxBytes.labels(1, 2), 11);
        assertThatThrownBy(() -> readLabels(bytes)).hasMessageContaining("goes on after");
    }

    @Test
    void labelsInPlaceOfImagesAreRejected() {
        assertThatThrownBy(() -> readImages(IdxBytes.labels(1, 2)))
                .hasMessageContaining("not an IDX file of images")
                .hasMessageContaining("0x00000801")
                .hasMessageContaining("it holds labels");
    }

    @Test
    void foreignFileIsRejected() {
        assertThatThrownBy(() -> readImages("<html>404</html>".getBytes()))
                .hasMessageContaining("not an IDX file");
    }

    @Test
    void falseCountDoesNotClaimTheMemory() {
        byte[] images = header(0x803, Integer.MAX_VALUE, 4096, 4096);
        assertThatThrownBy(() -> readImages(images)).hasMessageContaining("truncated");
        byte[] labels = header(0x801, Integer.MAX_VALUE);
        assertThatThrownBy(() -> readLabels(labels)).hasMessageContaining("truncated");
    }

    @Test
    void sizesThatMakeNoSenseAreRejected() {
        assertThatThrownBy(() -> readImages(header(0x803, -1, 2, 2)))
                .hasMessageContaining("-1 images");
        assertThatThrownBy(() -> readImages(header(0x803, 0, 2, 2)))
                .hasMessageContaining("0 images");
        assertThatThrownBy(() -> readImages(header(0x803, 1, 100_000, 2)))
                .hasMessageContaining("100000 rows");
    }
}
