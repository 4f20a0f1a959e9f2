package io.github.gradkit.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarFolderTest {

    private static final int RECORD = 3073;

    @TempDir Path folder;

    @BeforeEach
    void writeFiles() throws IOException {
        for (int i = 1; i <= 5; i++) {
            Files.write(
                    folder.resolve("data_batch_" + i + ".bin"), CifarBytes.records(i, i, 9 - i));
        }
        Files.write(folder.resolve("test_batch.bin"), CifarBytes.records(6, 0, 9, 3));
    }

    private ImageData load() throws IOException {
        return DataSetName.CIFAR10.load(folder, 1);
    }

    @Test
    void sixFilesAreADataSet() throws IOException {
        ImageData data = load();
        assertThat(data.train().labels()).containsExactly(1, 8, 2, 7, 3, 6, 4, 5, 5, 4);
        assertThat(data.test().labels()).containsExactly(0, 9, 3);
        ImageSet.Format format = data.test().format();
        assertThat(format.channels()).isEqualTo(3);
        assertThat(format.width()).isEqualTo(32);
        assertThat(format.size()).isEqualTo(3072);
        assertThat(format.classNames().get(9)).isEqualTo("truck");
    }

    @Test
    void valuesAreThoseOfTheRecordPlaneByPlane() throws IOException {
        byte[] file = new byte[RECORD];
        file[1] = (byte) 255;
        file[1 + 1024] = (byte) 128;
        file[1 + 2048] = 1;
        Files.write(folder.resolve("test_batch.bin"), file);
        int[] values = load().test().values(0);
        assertThat(values).hasSize(3072);
        assertThat(new int[] {values[0], values[1024], values[2048]}).containsExactly(255, 128, 1);
        assertThat(Arrays.stream(values).sum()).isEqualTo(384);
        float[] features = new float[3072];
        load().test().features().get(features);
        assertThat(features[0]).isEqualTo(1);
        assertThat(features[1024]).isEqualTo(128 / 255f);
    }

    @Test
    void compressedFileIsRead() throws IOException {
        byte[] plain = Files.readAllBytes(folder.resolve("test_batch.bin"));
        Files.delete(folder.resolve("test_batch.bin"));
        Files.write(folder.resolve("test_batch.bin.gz"), IdxBytes.gzip(plain));
        assertThat(load().test().labels()).containsExactly(0, 9, 3);
    }

    @Test
    void damagedCompressionIsRejected() throws IOException {
        byte[] zipped = IdxBytes.gzip(CifarBytes.records(6, 0, 9, 3));
        Files.write(folder.resolve("test_batch.bin"), Arrays.copyOf(zipped, zipped.length / 2));
        assertThatThrownBy(this::load)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("test_batch.bin can't be decompressed");
    }

    @Test
    void missingFileIsNamed() throws IOException {
        Files.delete(folder.resolve("data_batch_4.bin"));
        assertThatThrownBy(this::load)
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("there is no data_batch_4.bin or data_batch_4.bin.gz");
    }

    @Test
    void missingFolderIsNamed() {
        folder = folder.resolve("nowhere");
        assertThatThrownBy(this::load)
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("nowhere")
                .hasMessageContaining("--data-dir");
    }

    @Test
    void fileThatEndsWithinAnImageIsRejected() throws IOException {
        Path file = folder.resolve("data_batch_2.bin");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), RECORD + 100));
        assertThatThrownBy(this::load)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("data_batch_2.bin is truncated")
                .hasMessageContaining("image 1 has 100 bytes of 3073");
    }

    @Test
    void fileOfAnotherKindIsRejected() throws IOException {
        Files.writeString(folder.resolve("data_batch_1.bin"), "<!DOCTYPE html> not found");
        assertThatThrownBy(this::load)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("data_batch_1.bin is not a binary file of CIFAR-10")
                .hasMessageContaining("image 0 has the label 60");
    }

    @Test
    void labelOutOfRangeIsRejected() throws IOException {
        Files.write(folder.resolve("test_batch.bin"), CifarBytes.records(1, 9, 10));
        assertThatThrownBy(this::load)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("image 1 has the label 10");
    }

    @Test
    void emptyFileIsRejected() throws IOException {
        Files.write(folder.resolve("data_batch_5.bin"), new byte[0]);
        assertThatThrownBy(this::load)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("data_batch_5.bin is empty");
    }
}
