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

    private Path version(String name) throws Exception {
        return Files.createDirectories(home(name).resolve("1.0"));
    }

    private Path home(String name) {
        return folder.resolve("dataset/cv/ai/djl/basicdataset").resolve(name);
    }

    private Repository repository(ImageData data) throws Exception {
        Path version = version("mnist");
        return repository(
                "mnist",
                item(version, "train_data", IdxBytes.images(data.train())),
                item(version, "train_labels", IdxBytes.labels(data.train().labels())),
                item(version, "test_data", IdxBytes.images(data.test())),
                item(version, "test_labels", IdxBytes.labels(data.test().labels())));
    }

    private Repository repository(String name, String... items) throws Exception {
        Files.writeString(
                home(name).resolve("metadata.json"),
                """
                {"metadataVersion": "0.1", "resourceType": "dataset", "application": "cv",
                 "groupId": "ai.djl.basicdataset", "artifactId": "%s", "name": "%s",
                 "artifacts": [{"version": "1.0", "name": "%s", "files": {%s}}]}
                """
                        .formatted(name, name, name, String.join(", ", items)));
        return new RemoteRepository("local", folder.toUri());
    }

    @Test
    void filesOfARepositoryAreADataSet() throws Exception {
        ImageData data = DataSetName.DIGITS.load(null, 1).limit(20, 1);
        ImageData loaded = DataSetName.MNIST.download(repository(data));
        assertThat(loaded.train().labels()).isEqualTo(data.train().labels());
        assertThat(loaded.train().values(3)).isEqualTo(data.train().values(3));
        assertThat(loaded.test().labels()).isEqualTo(data.test().labels());
    }

    @Test
    void colourImagesOfARepositoryAreADataSet() throws Exception {
        Path version = version("cifar10");
        Repository repository =
                repository(
                        "cifar10",
                        item(version, "data_batch.bin", CifarBytes.records(1, 7, 0, 9)),
                        item(version, "test_batch.bin", CifarBytes.records(2, 5)));
        ImageData loaded = DataSetName.CIFAR10.download(repository);
        assertThat(loaded.train().labels()).containsExactly(7, 0, 9);
        assertThat(loaded.test().labels()).containsExactly(5);
        assertThat(loaded.test().format().channels()).isEqualTo(3);
    }

    @Test
    void repositoryWithoutAFileIsRejected() throws Exception {
        Repository repository =
                repository(
                        "cifar10",
                        item(version("cifar10"), "data_batch.bin", CifarBytes.records(1, 7)));
        assertThatThrownBy(() -> DataSetName.CIFAR10.download(repository))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("lacks 'test_batch.bin'");
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
