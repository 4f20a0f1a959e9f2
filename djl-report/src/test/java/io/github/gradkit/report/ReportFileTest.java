package io.github.gradkit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ReportFileTest {

    @TempDir Path folder;

    private final Report report =
            Report.builder().setTitle("Größe → 3").addText("One paragraph.").build();

    @Test
    void parentFoldersAreCreatedAndTextIsUtf8() throws IOException {
        Path file = folder.resolve("a/b/report.html");
        report.writeTo(file);
        assertThat(Files.readString(file)).isEqualTo(report.toHtml()).contains("Größe → 3");
        assertThat(names(file.getParent())).containsExactly("report.html");
    }

    @Test
    void existingFileIsReplaced() throws IOException {
        Path file = folder.resolve("report.html");
        Files.writeString(file, "old ".repeat(100_000));
        report.writeTo(file);
        assertThat(Files.readString(file)).isEqualTo(report.toHtml());
        assertThat(names(folder)).containsExactly("report.html");
    }

    @Test
    void targetOfALinkIsReplacedAndTheLinkKept() throws IOException {
        Path file = Files.writeString(folder.resolve("real.html"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link.html"), file);
        report.writeTo(link);
        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(file)).isEqualTo(report.toHtml());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void pipeIsWrittenToAndNotReplaced() throws Exception {
        Path pipe = folder.resolve("pipe");
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
        Path received = folder.resolve("received.html");
        Process reader =
                new ProcessBuilder("cat", pipe.toString())
                        .redirectOutput(received.toFile())
                        .start();
        try {
            report.writeTo(Files.createSymbolicLink(folder.resolve("link"), pipe));
            assertThat(Files.readAttributes(pipe, BasicFileAttributes.class).isOther()).isTrue();
            assertThat(reader.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            reader.destroy();
        }
        assertThat(received).hasContent(report.toHtml());
        assertThat(names(folder)).containsExactly("link", "pipe", "received.html");
    }

    @Test
    void relativeFileWithoutFolderIsAccepted() throws IOException {
        Path file = Path.of("report-file-test.html");
        try {
            report.writeTo(file);
            assertThat(file).hasContent(report.toHtml());
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Test
    void folderAsTargetIsRejected() throws IOException {
        Files.writeString(folder.resolve("kept.txt"), "kept");
        assertThatThrownBy(() -> report.writeTo(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot write the report to " + folder)
                .hasMessageContaining("it is a folder");
        assertThat(names(folder)).containsExactly("kept.txt");
    }

    @Test
    void fileInPlaceOfAParentFolderIsRejected() throws IOException {
        Path file = Files.writeString(folder.resolve("plain"), "kept");
        Path target = file.resolve("report.html");
        assertThatThrownBy(() -> report.writeTo(target))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot write the report to " + target)
                .hasMessageContaining("choose a file in a folder which can be written to");
        assertThat(file).hasContent("kept");
    }

    @Test
    void oldFileIsLeftWhereNothingCanBeWritten() throws IOException {
        // Multi-release archives opened for a release are read-only, whoever runs the tests.
        Path jar = folder.resolve("archive.jar");
        writeMultiReleaseJar(jar);
        try (FileSystem readOnly = FileSystems.newFileSystem(jar, Map.of("releaseVersion", "17"))) {
            Path target = readOnly.getPath("/report.html");
            assertThatThrownBy(() -> report.writeTo(target))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot write the report to /report.html")
                    .hasMessageContaining("ReadOnlyFileSystem");
            assertThat(Files.readString(target)).isEqualTo("old");
        }
    }

    @Test
    void fileSystemWithoutAtomicMovesIsWrittenAsWell() throws IOException {
        Path zip = folder.resolve("archive.zip");
        try (FileSystem archive = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Path target = Files.writeString(archive.getPath("/report.html"), "old");
            report.writeTo(target);
            assertThat(Files.readString(target)).isEqualTo(report.toHtml());
            assertThat(names(archive.getPath("/"))).containsExactly("report.html");
        }
    }

    @Test
    void anInterruptedThreadStillWrites() throws IOException {
        Path file = folder.resolve("report.html");
        Thread.currentThread().interrupt();
        try {
            report.writeTo(file);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(Files.readString(file)).isEqualTo(report.toHtml());
    }

    private static void writeMultiReleaseJar(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MULTI_RELEASE, "true");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            out.putNextEntry(new JarEntry("report.html"));
            out.write("old".getBytes(StandardCharsets.UTF_8));
            out.closeEntry();
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
