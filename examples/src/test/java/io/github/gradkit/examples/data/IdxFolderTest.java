package io.github.gradkit.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFolderTest {

    @TempDir Path folder;
    private ImageData data;

    @BeforeEach
    void writeFiles() throws Exception {
        data = DataSetName.DIGITS.load(null, 1).limit(20, 1);
        IdxBytes.writeTo(folder, data);
    }

    private ImageData load() throws IOException {
        return DataSetName.MNIST.load(folder, 1);
    }

    @Test
    void fourFilesAreADataSet() throws Exception {
        ImageData loaded = load();
        assertThat(loaded.train().labels()).isEqualTo(data.train().labels());
        assertThat(loaded.test().labels()).isEqualTo(data.test().labels());
        assertThat(loaded.test().values(3)).isEqualTo(data.test().values(3));
        assertThat(loaded.train().format().width()).isEqualTo(8);
    }

    @Test
    void clothesHaveNames() throws Exception {
        ImageData loaded = DataSetName.FASHION_MNIST.load(folder, 1);
        assertThat(loaded.train().format().classNames()).hasSize(10).contains("sneaker");
    }

    @Test
    void missingFolderIsNamed() {
        assertThatThrownBy(() -> DataSetName.MNIST.load(folder.resolve("nowhere"), 1))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("nowhere")
                .hasMessageContaining("--data-dir");
    }

    @Test
    void fileInPlaceOfAFolderIsRejected() {
        assertThatThrownBy(
                        () -> DataSetName.MNIST.load(folder.resolve("train-images-idx3-ubyte"), 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a folder");
    }

    @Test
    void missingFileIsNamed() throws Exception {
        Files.delete(folder.resolve("t10k-labels-idx1-ubyte.gz"));
        assertThatThrownBy(this::load)
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("t10k-labels-idx1-ubyte.gz");
    }

    @Test
    void missingLabelIsRejected() throws Exception {
        Files.write(folder.resolve("train-labels-idx1-ubyte"), IdxBytes.labels(new int[19]));
        assertThatThrownBy(this::load)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("20 images and 19 labels");
    }

    @Test
    void unknownClassIsRejected() throws Exception {
        int[] labels = data.train().labels();
        labels[7] = 10;
        Files.write(folder.resolve("train-labels-idx1-ubyte"), IdxBytes.labels(labels));
        assertThatThrownBy(this::load)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("label 10 of image 7");
    }

    @Test
    void imagesOfTwoSizesAreRejected() throws Exception {
        ImageSet.Format narrow = new ImageSet.Format(4, 8, 255, data.test().format().classNames());
        ImageSet others = new ImageSet(narrow, new byte[20][32], data.test().labels());
        Files.write(folder.resolve("t10k-images.idx3-ubyte.gz"), IdxBytes.images(others));
        assertThatThrownBy(this::load)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("8 x 8")
                .hasMessageContaining("4 x 8");
    }
}
