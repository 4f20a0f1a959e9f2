package io.github.gradkit.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {

    @TempDir Path folder;

    private long entries() throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.count();
        }
    }

    @Test
    void probeLeavesNothingBehind() throws Exception {
        OutputFile.probe(folder.resolve("a.json"), "--json");
        assertThat(entries()).isZero();
    }

    @Test
    void probeKeepsAnOldFile() throws Exception {
        Path file = Files.writeString(folder.resolve("a.json"), "old");
        OutputFile.probe(file, "--json");
        assertThat(file).hasContent("old");
    }

    @Test
    void missingFoldersAreCreated() throws Exception {
        Path file = folder.resolve("b/c/a.json");
        OutputFile.probe(file, "--json");
        OutputFile.write(file, "new");
        assertThat(file).hasContent("new");
    }

    @Test
    void folderIsRejected() {
        assertThatThrownBy(() -> OutputFile.probe(folder, "--report"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--report")
                .hasMessageContaining("it is a folder");
    }

    @Test
    void fileInPlaceOfAFolderIsRejected() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> OutputFile.probe(file.resolve("a.json"), "--json"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--json")
                .hasMessageContaining("can't be written");
    }

    @Test
    void oldFileIsReplacedWithoutTraces() throws Exception {
        Path file = Files.writeString(folder.resolve("a.json"), "old and longer");
        OutputFile.write(file, "new");
        assertThat(file).hasContent("new");
        assertThat(entries()).isEqualTo(1);
    }

    @Test
    void linkIsFollowed() throws Exception {
        Path file = Files.writeString(folder.resolve("a.json"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        OutputFile.write(link, "new");
        assertThat(link).isSymbolicLink();
        assertThat(file).hasContent("new");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void pipeIsWrittenToAndNotReplaced() throws Exception {
        Path pipe = folder.resolve("pipe");
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
        Path received = folder.resolve("received.json");
        Process reader =
                new ProcessBuilder("cat", pipe.toString())
                        .redirectOutput(received.toFile())
                        .start();
        try {
            OutputFile.probe(pipe, "--json");
            OutputFile.write(pipe, "new");
            assertThat(Files.readAttributes(pipe, BasicFileAttributes.class).isOther()).isTrue();
            assertThat(reader.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            reader.destroy();
        }
        assertThat(received).hasContent("new");
        assertThat(entries()).isEqualTo(2);
    }
}
