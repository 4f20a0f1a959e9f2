package io.github.gradkit.support.state;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.support.TestModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An interrupt asks a training to end, and must not cost what it has learned. */
class StateFileInterruptTest {

    @TempDir private Path folder;
    private Path file;
    private NDManager manager;

    @BeforeEach
    void open() {
        file = folder.resolve("state");
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static void assertStillInterrupted() {
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void interruptedThreadWrites() throws IOException {
        Thread.currentThread().interrupt();
        try {
            StateFile.write(file, TestState.HEADER, TestState.arrays(manager));
        } finally {
            assertStillInterrupted();
        }
        assertThat(StateFile.readHeader(file)).isEqualTo(TestState.HEADER);
        assertThat(TestState.names(folder)).containsExactly("state");
    }

    @Test
    void interruptedThreadReads() throws IOException {
        Map<String, NDArray> arrays = TestState.arrays(manager);
        StateFile.write(file, TestState.HEADER, arrays);
        Map<String, String> read = new LinkedHashMap<>();
        Thread.currentThread().interrupt();
        try {
            assertThat(StateFile.readHeader(file)).isEqualTo(TestState.HEADER);
            StateFile.read(file, manager)
                    .arrays()
                    .forEach((name, array) -> read.put(name, TestModels.bits(array)));
        } finally {
            assertStillInterrupted();
        }
        arrays.forEach(
                (name, array) -> assertThat(read).containsEntry(name, TestModels.bits(array)));
    }

    @Test
    void interruptMeanwhileMakesItBeginAgain() throws IOException {
        int[] begun = {0};
        try {
            AtomicReplace.run(
                    file,
                    channel -> {
                        channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                        if (begun[0]++ == 0) {
                            Thread.currentThread().interrupt();
                        }
                        channel.write(ByteBuffer.wrap(new byte[] {4}));
                    });
        } finally {
            assertStillInterrupted();
        }
        assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3, 4);
        assertThat(begun[0]).isEqualTo(2);
        assertThat(TestState.names(folder)).containsExactly("state");
    }

    @Test
    void threadThatIsNotInterruptedIsNotAfterwards() throws IOException {
        StateFile.write(file, TestState.HEADER, Map.of());
        StateFile.readHeader(file);
        assertThat(Thread.interrupted()).isFalse();
    }
}
