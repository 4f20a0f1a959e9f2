package io.github.gradkit.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.repository.RemoteRepository;
import ai.djl.repository.Repository;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadedImagesTest {

    private static final String CACHE = "DJL_CACHE_DIR";

    @TempDir Path folder;
    @TempDir Path cache;

    @BeforeEach
    void useEmptyCache() {
        System.setProperty(CACHE, cache.toString());
    }

    @AfterEach
    void restoreCache() {
        System.clearProperty(CACHE);
    }

    private static String item(Path version, String name, byte[] plain) throws Exception {
        byte[] bytes = IdxBytes.gzip(plain);
        Path file = version.resolve(name + ".gz");
        Files.write(file, bytes);
        String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        return String.format(
                "\"%s\": {\"uri\": \"1.0/%s\", \"sha1Hash\": \"%s\", \"size\": %d}",
                name, file.getFileName(), hash, bytes.length);
    }

    private Repository repository(ImageData data) throws Exception {
        Path home = folder.resolve("dataset/cv/ai/djl/basicdataset/mnist");
        Path version = Files.createDirectories(home.resolve("1.0"));
        String files =
                String.join(
                        ", ",
                        item(version, "train_data", IdxBytes.images(data.train())),
                        item(version, "train_labels", IdxBytes.labels(data.train().labels())),
                        item(version, "test_data", IdxBytes.images(data.test())),
                        item(version, "test_labels", IdxBytes.labels(data.test().labels())));
        Files.writeString(
                home.resolve("metadata.json"),
                """
                {"metadataVersion": "0.1", "resourceType": "dataset", "application": "cv",
                 "groupId": "ai.djl.basicdataset", "artifactId": "mnist", "name": "mnist",
                 "artifacts": [{"version": "1.0", "name": "mnist", "files": {%s}}]}
                """
                        .formatted(files));
        return new RemoteRepository("local", folder.toUri());
    }

    @Test
    void filesOfARepositoryAreADataSet() throws Exception {
        ImageData data = DataSetName.DIGITS.load(null, 1).limit(20, 1);
        ImageData loaded = DataSetName.MNIST.download(repository(data));
        assertThat(loaded.train().labels()).isEqualTo(data.train().labels());
        assertThat(loaded.train().grey(3)).isEqualTo(data.train().grey(3));
        assertThat(loaded.test().labels()).isEqualTo(data.test().labels());
    }

    @Test
    void unreachableRepositoryIsExplained() {
        Repository nowhere = new RemoteRepository("nowhere", URI.create("http://127.0.0.1:1/"));
        assertThatThrownBy(() -> DataSetName.MNIST.download(nowhere))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("mnist can't be downloaded from http://127.0.0.1:1/")
                .hasMessageContaining("--data-dir");
    }
}
