package io.github.gradkit.support.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class TraceDiskFullTest {

    @TempDir private Path folder;
    private Path path;
    private Disk disk;
    private CsvTrace trace;

    @BeforeEach
    void open() throws IOException {
        path = folder.resolve("trace.csv");
        disk = new Disk(path);
        trace = CsvTrace.open(path, disk, 0);
        trace.record("a", 1, 1);
        trace.flush();
        trace.record("a", 2, 2);
        trace.record("a", 3, 3);
        disk.full = true;
    }

    private List<String> lines() throws IOException {
        assertThat(Files.readString(path)).endsWith("\n");
        return Files.readAllLines(path);
    }

    @Test
    void failureTellsTheFileWhatIsKeptAndWhatToDo() {
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(trace::flush)
                .withMessageContaining(path.toString())
                .withMessageContaining("No space left on device")
                .withMessageContaining("Points in the file: 1")
                .withMessageContaining("The 2 points recorded last wait in memory")
                .withMessageContaining("Make room on the disk");
    }

    @Test
    void halfALineIsRemovedAndWrittenWholeOnceThereIsRoom() throws IOException {
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(trace::flush);
        assertThat(lines()).containsExactly("step,series,value", "1,a,1.0");

        disk.full = false;
        trace.flush();

        assertThat(lines()).endsWith("1,a,1.0", "2,a,2.0", "3,a,3.0");
        trace.close();
    }

    @Test
    void recordingOnAFullDiskFailsInsteadOfFillingTheMemory() throws IOException {
        int taken = 2;
        while (isTaken(1000 + taken)) {
            taken++;
        }
        int waiting = taken;
        for (int i = 0; i < 100; i++) {
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> trace.record("a", 9999, 0))
                    .withMessageContaining("The " + waiting + " points");
        }

        disk.full = false;
        trace.close();
        assertThat(lines()).hasSize(1 + 1 + taken).endsWith(999 + taken + ",a,0.0");
    }

    private boolean isTaken(long step) {
        try {
            trace.record("a", step, 0);
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    @Test
    void closingOnAFullDiskClosesTheFileAndTellsTheLoss() throws IOException {
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(trace::close)
                .withMessageContaining("The 2 points recorded last are lost");

        assertThat(disk.closed).isTrue();
        assertThat(lines()).hasSize(2);
        trace.close();
        try (CsvTrace next = CsvTrace.append(path)) {
            next.record("a", 2, 2);
        }
        assertThat(lines()).hasSize(3);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void deviceThatIsAlwaysFullIsRefusedWhenOpened() {
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> CsvTrace.create(Path.of("/dev/full")))
                .withMessageContaining("/dev/full");
    }

    /** Takes only half of what is written once it is full. */
    private static final class Disk extends RandomAccessFile {

        private boolean full;
        private boolean closed;

        Disk(Path path) throws IOException {
            super(path.toFile(), "rw");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            super.write(bytes, offset, full ? length / 2 : length);
            if (full) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void close() throws IOException {
            closed = true;
            super.close();
        }
    }
}
