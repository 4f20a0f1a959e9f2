package io.github.gradkit.support.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.metric.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every sink. */
class SinkContractTest {

    private static final String LONE_SURROGATE = "a" + (char) 0xD83D;
    private static final String LINE_SEPARATOR = "a" + (char) 0x2028 + "b";

    @TempDir private static Path folder;

    static Stream<TraceSink> sinks() {
        return Stream.of(
                MemoryTrace.of(),
                MetricsTrace.of(new Metrics()),
                CsvTrace.create(folder.resolve("trace.csv")),
                TensorBoardTrace.create(folder.resolve("log")),
                TraceSink.all(),
                TraceSink.all(MemoryTrace.of(), MemoryTrace.of()));
    }

    @ParameterizedTest
    @MethodSource("sinks")
    void everyValueAndEveryStepIsTaken(TraceSink sink) {
        try (sink) {
            assertThatCode(
                            () -> {
                                sink.record("a", 0, Double.NaN);
                                sink.record("a", Long.MAX_VALUE, Double.NEGATIVE_INFINITY);
                                sink.record("a", -1, Double.MAX_VALUE);
                                sink.record(" ü,\"\uD83D\uDE00 ", 1, -0.0);
                                sink.flush();
                            })
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("sinks")
    void blankNameIsRefused(TraceSink sink) {
        try (sink) {
            for (String name : List.of("", "  ", "\t", "\n")) {
                assertThatExceptionOfType(IllegalArgumentException.class)
                        .isThrownBy(() -> sink.record(name, 1, 1))
                        .withMessageContaining("is blank")
                        .withMessageContaining("level1/alpha");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sinks")
    void nameThatBreaksALineOrIsNoTextIsRefusedAndShown(TraceSink sink) {
        try (sink) {
            for (String name :
                    List.of("a\nb", "a\rb", "a\0b", "a\u0085b", LINE_SEPARATOR, LONE_SURROGATE)) {
                assertThatExceptionOfType(IllegalArgumentException.class)
                        .isThrownBy(() -> sink.record(name, 1, 1))
                        .withMessageContaining("series 'a\\u")
                        .withMessageContaining("Leave it out");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sinks")
    void closedSinkTakesNoPoint(TraceSink sink) {
        sink.record("a", 1, 1);
        sink.close();

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> sink.record("level1/alpha", 7, 1))
                .withMessageContaining("is closed")
                .withMessageContaining("'level1/alpha' at step 7");
    }

    @ParameterizedTest
    @MethodSource("sinks")
    void closingAgainAndFlushingAfterwardsDoNothing(TraceSink sink) {
        sink.close();

        assertThatCode(
                        () -> {
                            sink.close();
                            sink.flush();
                            sink.close();
                        })
                .doesNotThrowAnyException();
    }

    @Test
    void pointsOfSeveralThreadsAreAllKeptAndWhole() throws IOException {
        Path csv = folder.resolve("threads.csv");
        MemoryTrace memory = MemoryTrace.of();
        Metrics metrics = new Metrics();
        try (TraceSink sink =
                TraceSink.all(memory, CsvTrace.create(csv), MetricsTrace.of(metrics))) {
            Stream.of("a", "b", "c", "d")
                    .parallel()
                    .forEach(
                            name ->
                                    LongStream.range(0, 1000)
                                            .forEach(s -> sink.record(name, s, s)));
        }

        assertThat(memory.series()).containsExactlyInAnyOrder("a", "b", "c", "d");
        for (String name : memory.series()) {
            assertThat(memory.steps(name)).hasSize(1000).isSorted();
            assertThat(metrics.getMetric(name)).hasSize(1000);
        }
        assertThat(Files.readAllLines(csv).subList(1, 4001))
                .hasSize(4000)
                .doesNotHaveDuplicates()
                .allMatch(line -> line.matches("\\d+,[abcd],\\d+\\.0"));
    }
}
