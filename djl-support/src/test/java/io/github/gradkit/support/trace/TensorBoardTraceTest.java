package io.github.gradkit.support.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.framework.Summary;
import org.tensorflow.hadoop.util.TFRecordReader;
import org.tensorflow.util.Event;

/** Reads what is written with the reader and the message classes of TensorFlow. */
class TensorBoardTraceTest {

    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-11-01T12:00:00.250Z"), ZoneOffset.UTC);
    private static final double SECONDS = 1_793_534_400.25;

    @TempDir private Path folder;

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private Path onlyFile() throws IOException {
        assertThat(files()).hasSize(1);
        return files().get(0);
    }

    private static List<Event> read(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return read(in);
        }
    }

    private static List<Event> read(InputStream in) throws IOException {
        TFRecordReader reader = new TFRecordReader(in, true);
        List<Event> events = new ArrayList<>();
        for (byte[] data = reader.read(); data != null; data = reader.read()) {
            Event event = Event.parseFrom(data);
            assertThat(event.getUnknownFields().asMap()).isEmpty();
            events.add(event);
        }
        return events;
    }

    private static void assertPoint(Event event, String series, long step, float value) {
        assertThat(event.getWallTime()).isEqualTo(SECONDS);
        assertThat(event.getStep()).isEqualTo(step);
        assertThat(event.getSummary().getValueList()).hasSize(1);
        Summary.Value point = event.getSummary().getValue(0);
        assertThat(point.getTag()).isEqualTo(series);
        assertThat(point.getValueCase()).isEqualTo(Summary.Value.ValueCase.SIMPLE_VALUE);
        assertThat(point.getSimpleValue()).isEqualTo(Float.valueOf(value));
    }

    @Test
    void fileBeginsWithItsVersion() throws IOException {
        TensorBoardTrace.create(folder, CLOCK).close();

        assertThat(read(onlyFile()))
                .containsExactly(
                        Event.newBuilder()
                                .setWallTime(SECONDS)
                                .setFileVersion("brain.Event:2")
                                .build());
    }

    @Test
    void everyNameStepAndValueIsReadBack() throws IOException {
        List<String> names =
                List.of("level1/alpha", "a,\"b\"", "ü/日本/\uD83D\uDE00", "long".repeat(5000));
        long[] steps = {0, 1, 127, 128, 16_384, 1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE};
        double[] values = {
            0, -0.0, 0.1, Float.MIN_VALUE, Double.NaN, Double.NEGATIVE_INFINITY, 1e300
        };
        try (TensorBoardTrace trace = TensorBoardTrace.create(folder, CLOCK)) {
            for (int i = 0; i < 252; i++) {
                trace.record(names.get(i % 4), steps[i % 9], values[i % 7]);
            }
        }

        List<Event> events = read(onlyFile());
        assertThat(events).hasSize(253);
        for (int i = 0; i < 252; i++) {
            assertPoint(events.get(i + 1), names.get(i % 4), steps[i % 9], (float) values[i % 7]);
        }
    }

    @Test
    void changedByteIsFoundByTheReader() throws IOException {
        try (TensorBoardTrace trace = TensorBoardTrace.create(folder, CLOCK)) {
            trace.record("a", 1, 2);
        }
        byte[] bytes = Files.readAllBytes(onlyFile());
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 1;

            assertThatExceptionOfType(IOException.class)
                    .as("byte %d", i)
                    .isThrownBy(() -> read(new ByteArrayInputStream(damaged)));
        }
    }

    @Test
    void flushBringsEveryPointToTheFile() throws IOException {
        try (TensorBoardTrace trace = TensorBoardTrace.create(folder, CLOCK)) {
            assertThat(read(onlyFile())).hasSize(1);
            trace.record("a", 1, 2);
            trace.flush();
            assertThat(read(onlyFile())).hasSize(2);
        }
    }

    @Test
    void unflushedFileEndsWithAWholeRecordAtAnyTime() throws IOException {
        try (TensorBoardTrace trace = TensorBoardTrace.create(folder, CLOCK)) {
            for (int step = 0; step < 1000; step++) {
                trace.record("level1/alpha", step, step);
                if (step % 50 == 0) {
                    assertThat(read(onlyFile())).hasSizeBetween(1, 2 + step);
                }
            }
            assertThat(read(onlyFile())).hasSizeGreaterThan(500);
        }
        assertThat(read(onlyFile())).hasSize(1001);
    }

    @Test
    void pointTakesAboutTheBytesDocumented() throws IOException {
        try (TensorBoardTrace trace = TensorBoardTrace.create(folder, CLOCK)) {
            trace.flush();
            long empty = Files.size(onlyFile());
            trace.record("level1/alpha", 1000, 0.5);
            trace.flush();

            assertThat(Files.size(onlyFile()) - empty - "level1/alpha".length())
                    .isBetween(35L, 45L);
        }
    }

    @Test
    void tracesOfTheSameSecondHaveFilesOfTheirOwnInOrder() throws IOException {
        for (int i = 0; i < 3; i++) {
            try (TensorBoardTrace trace = TensorBoardTrace.create(folder, CLOCK)) {
                trace.record("a", i, i);
            }
        }

        List<Path> files = files();
        assertThat(files).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertPoint(read(files.get(i)).get(1), "a", i, i);
            assertThat(files.get(i).getFileName().toString())
                    .matches("events\\.out\\.tfevents\\.1793534400\\..+\\.\\d+\\." + i);
        }
    }

    @Test
    void twoOpenTracesDoNotMixTheirPoints() throws IOException {
        try (TensorBoardTrace first = TensorBoardTrace.create(folder, CLOCK);
                TensorBoardTrace second = TensorBoardTrace.create(folder, CLOCK)) {
            first.record("a", 1, 1);
            second.record("b", 2, 2);
            first.record("a", 3, 3);
        }

        assertThat(read(files().get(0))).hasSize(3);
        assertThat(read(files().get(1))).hasSize(2);
    }

    @Test
    void recordsOfSeveralThreadsAreWhole() throws IOException {
        try (TensorBoardTrace trace = TensorBoardTrace.create(folder, CLOCK)) {
            Stream.of("a", "b", "c", "d")
                    .parallel()
                    .forEach(
                            name ->
                                    LongStream.range(0, 1000)
                                            .forEach(step -> trace.record(name, step, step)));
        }

        assertThat(read(onlyFile())).hasSize(4001);
    }

    @Test
    void missingFoldersAreCreated() throws IOException {
        Path deep = folder.resolve("a").resolve("b");

        TensorBoardTrace.create(deep).close();

        try (Stream<Path> files = Files.list(deep)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void fileInsteadOfAFolderIsRefusedAndLeftAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("log"), "text");

        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> TensorBoardTrace.create(file))
                .withMessageContaining(file.toString())
                .withMessageContaining("cannot be opened");
        assertThat(file).hasContent("text");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void readOnlyFolderIsRefused() {
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> TensorBoardTrace.create(Path.of("/proc")))
                .withMessageContaining("/proc")
                .withMessageContaining("may be written to");
    }
}
