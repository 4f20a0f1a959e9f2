package io.github.gradkit.support.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CsvTraceTest {

    private static final double[] VALUES = {
        0.1,
        1 / 3.0,
        -0.0,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
    };

    @TempDir private Path folder;

    private static List<CSVRecord> read(Path file) throws IOException {
        CSVFormat format =
                CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).build();
        try (CSVParser parser = CSVParser.parse(file, StandardCharsets.UTF_8, format)) {
            assertThat(parser.getHeaderNames()).containsExactly("step", "series", "value");
            return parser.getRecords();
        }
    }

    @Test
    void anotherReaderFindsEveryNameAndEveryExactValue() throws IOException {
        List<String> names =
                List.of(
                        "level1/alpha",
                        "a,b",
                        "say \"a\"",
                        "\"",
                        " a ",
                        "ü/日本/\uD83D\uDE00",
                        "a;'");
        Path file = folder.resolve("trace.csv");
        try (CsvTrace trace = CsvTrace.create(file)) {
            for (int i = 0; i < names.size() * VALUES.length; i++) {
                trace.record(names.get(i % names.size()), i, VALUES[i / names.size()]);
            }
        }

        List<CSVRecord> records = read(file);
        assertThat(records).hasSize(names.size() * VALUES.length);
        for (int i = 0; i < records.size(); i++) {
            assertThat(records.get(i).size()).isEqualTo(3);
            assertThat(records.get(i).get("step")).isEqualTo(Integer.toString(i));
            assertThat(records.get(i).get("series")).isEqualTo(names.get(i % names.size()));
            assertThat(Double.valueOf(records.get(i).get("value")))
                    .isEqualTo(Double.valueOf(VALUES[i / names.size()]));
        }
    }

    @Test
    void linesAreAsDocumented() {
        Path file = folder.resolve("trace.csv");
        try (CsvTrace trace = CsvTrace.create(file)) {
            trace.record("level1/alpha", -1, 1e-9);
            trace.record("a,\"b\"", Long.MAX_VALUE, Double.NaN);
            trace.record("c", 2, Double.NEGATIVE_INFINITY);
            trace.record("d", 3, Double.POSITIVE_INFINITY);
        }

        assertThat(file)
                .hasContent(
                        "step,series,value\n"
                                + "-1,level1/alpha,1.0E-9\n"
                                + "9223372036854775807,\"a,\"\"b\"\"\",NaN\n"
                                + "2,c,-Infinity\n"
                                + "3,d,Infinity\n");
    }

    @Test
    void flushBringsEveryPointToTheFile() throws IOException {
        Path file = folder.resolve("trace.csv");
        try (CsvTrace trace = CsvTrace.create(file)) {
            assertThat(read(file)).isEmpty();
            trace.record("a", 1, 2);
            trace.flush();
            assertThat(read(file)).hasSize(1);
        }
    }

    @Test
    void unflushedFileEndsWithAWholeLineAtAnyTime() throws IOException {
        Path file = folder.resolve("trace.csv");
        try (CsvTrace trace = CsvTrace.create(file)) {
            for (int step = 0; step < 2000; step++) {
                trace.record("a".repeat(1 + step % 97), step, step / 7.0);
                if (step % 50 == 0) {
                    assertThat(Files.readString(file)).endsWith("\n");
                }
            }
            assertThat(Files.size(file)).isGreaterThan(8192);
            String longerThanTheBuffer = "b".repeat(20_000);
            trace.record(longerThanTheBuffer, 2000, 1);
        }

        assertThat(read(file)).hasSize(2001);
    }

    @Test
    void createMakesMissingFoldersAndReplacesAnOldFile() throws IOException {
        Path file = folder.resolve("a").resolve("b").resolve("trace.csv");
        for (int round = 0; round < 2; round++) {
            try (CsvTrace trace = CsvTrace.create(file)) {
                trace.record("round", round, round);
            }
        }

        assertThat(file).hasContent("step,series,value\n1,round,1.0\n");
    }

    @Test
    void interruptedThreadGoesOnRecording() throws IOException {
        Path file = folder.resolve("trace.csv");
        try (CsvTrace trace = CsvTrace.create(file)) {
            Thread.currentThread().interrupt();
            trace.record("a", 1, 2);
            trace.flush();
            assertThat(Thread.interrupted()).isTrue();
            trace.record("a", 2, 3);
        }

        assertThat(read(file)).hasSize(2);
    }

    @Test
    void folderIsRefusedAndLeftAlone() throws IOException {
        Path target = Files.createDirectory(folder.resolve("trace.csv"));
        for (Runnable opening :
                List.<Runnable>of(() -> CsvTrace.create(target), () -> CsvTrace.append(target))) {
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(opening::run)
                    .withMessageContaining(target.toString())
                    .withMessageContaining("It is a folder")
                    .withMessageContaining("Give the path of a file");
        }
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void fileInTheWayOfAFolderIsRefused() throws IOException {
        Path inTheWay = Files.writeString(folder.resolve("file"), "text");

        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> CsvTrace.create(inTheWay.resolve("trace.csv")))
                .withMessageContaining("cannot be opened");
        assertThat(inTheWay).hasContent("text");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void readOnlyFolderIsRefused() {
        // Not even the superuser may make files there.
        for (String name : List.of("/proc/trace.csv", "/proc/none/trace.csv")) {
            Path file = Path.of(name);
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> CsvTrace.create(file))
                    .withMessageContaining(name)
                    .withMessageContaining("may be written to");
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void linkToAFolderIsFollowed() throws IOException {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);

        CsvTrace.create(link.resolve("trace.csv")).close();

        assertThat(real.resolve("trace.csv")).hasContent("step,series,value\n");
    }
}
