package io.github.gradkit.support.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDManager;
import io.github.gradkit.support.ChildJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class StateFileWriteFailureTest {

    private static final StateHeader HEADER = StateHeader.of("k", 1, "f");

    @TempDir private Path folder;

    @Test
    void missingFolderIsNamed() {
        Path file = folder.resolve("none").resolve("state");

        assertThatExceptionOfType(StateFileException.class)
                .isThrownBy(() -> StateFile.write(file, HEADER, Map.of()))
                .withMessageContaining(file.toString())
                .withMessageContaining("Create the folder");
    }

    @Test
    void targetThatIsAFolderIsLeftAlone() throws IOException {
        Path target = Files.createDirectory(folder.resolve("state"));

        assertThatExceptionOfType(StateFileException.class)
                .isThrownBy(() -> StateFile.write(target, HEADER, Map.of()))
                .withMessageContaining("It is a folder");
        assertThat(TestState.names(folder)).containsExactly("state");
    }

    @Test
    void relativePathWithoutFolderIsWritten() throws IOException {
        Path file = Path.of("target", "relative-state");

        StateFile.write(file, HEADER, Map.of());

        assertThat(StateFile.readHeader(file)).isEqualTo(HEADER);
        Files.delete(file);
    }

    @Test
    void failureWhileWritingLeavesTheOldFileAndNoTemporaryOne() throws IOException {
        Path file = folder.resolve("state");
        StateFile.write(file, HEADER, Map.of());

        assertThatExceptionOfType(StateFileException.class)
                .isThrownBy(
                        () ->
                                AtomicReplace.run(
                                        file,
                                        channel -> {
                                            throw new IOException("No space left on device");
                                        }))
                .withMessageContaining("No space left on device")
                .withMessageContaining("Check the space");
        assertThatExceptionOfType(StackOverflowError.class)
                .isThrownBy(
                        () ->
                                AtomicReplace.run(
                                        file,
                                        channel -> {
                                            throw new StackOverflowError("deep");
                                        }));

        assertThat(StateFile.readHeader(file)).isEqualTo(HEADER);
        assertThat(TestState.names(folder)).containsExactly("state");
    }

    @Test
    void staleTemporaryFileDisturbsNobody() throws IOException {
        Path stale = folder.resolve(".gradkit-00000000-0000-0000-0000-000000000000.tmp");
        Files.writeString(stale, "half");
        Path file = folder.resolve("state");

        StateFile.write(file, HEADER, Map.of());

        assertThat(StateFile.readHeader(file)).isEqualTo(HEADER);
        assertThat(stale).hasContent("half");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void writeRefusedByTheKernelLeavesTheOldFileAndNoTemporaryOne()
            throws IOException, InterruptedException {
        Path file = folder.resolve("latest");
        StateFile.write(file, HEADER, Map.of());

        // A file larger than 1000 blocks is refused half-way, as on a full disk.
        String told = runLimited(1000, folder.toString(), "0", "1", Integer.toString(1 << 20));

        assertThat(told).startsWith("refused: State file " + file).contains("Check the space");
        try (NDManager manager = NDManager.newBaseManager()) {
            assertThat(StateFile.read(file, manager).header()).isEqualTo(HEADER);
        }
        assertThat(TestState.names(folder)).containsExactly("latest");
    }

    private static String runLimited(int blocks, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("sh", "-c", "ulimit -f " + blocks + "; exec \"$@\"", "limited"));
        command.addAll(ChildJvm.command(WritingProgram.class, arguments));
        Process child =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String told = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).isZero();
        return told;
    }
}
