package io.github.gradkit.support.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryTraceTest {

    @Test
    void seriesStandInOrderOfFirstAppearance() {
        MemoryTrace trace = MemoryTrace.of();
        trace.record("b", 1, 1);
        trace.record("a", 1, 2);
        trace.record("b", 2, Double.NaN);

        assertThat(trace.series()).containsExactly("b", "a");
        assertThat(trace.steps("b")).containsExactly(1, 2);
        assertThat(trace.values("b")).containsExactly(1, Double.NaN);
        assertThat(trace.values("a")).containsExactly(2);
    }

    @Test
    void returnedArraysAndNamesAreCopies() {
        MemoryTrace trace = MemoryTrace.of();
        trace.record("a", 1, 2);
        trace.steps("a")[0] = 9;
        trace.values("a")[0] = 9;

        assertThat(trace.steps("a")).containsExactly(1);
        assertThat(trace.values("a")).containsExactly(2);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> trace.series().add("b"));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 7, 8, 16, 17, 31, 100})
    void thinnedPointsAreEvenlySpacedWithinTheBound(int maxPoints) {
        MemoryTrace trace = MemoryTrace.of(maxPoints);
        for (int n = 1; n <= 1000; n++) {
            trace.record("a", 10L * n, -n);

            long[] expected = law(n, maxPoints);
            assertThat(trace.steps("a")).containsExactly(expected);
            assertThat(trace.values("a"))
                    .containsExactly(LongStream.of(expected).mapToDouble(s -> s / -10.0).toArray());
            assertThat(expected)
                    .startsWith(10)
                    .endsWith(10L * n)
                    .hasSizeBetween(Math.min(n, maxPoints / 2), maxPoints)
                    .isSorted();
        }
    }

    /** The slow twin: the smallest power of two whose multiples, and the last point, fit. */
    private static long[] law(int recorded, int maxPoints) {
        for (int stride = 1; ; stride *= 2) {
            int n = stride;
            long[] steps =
                    LongStream.range(0, recorded)
                            .filter(i -> i % n == 0 || i == recorded - 1)
                            .map(i -> 10 * (i + 1))
                            .toArray();
            if (steps.length <= maxPoints) {
                return steps;
            }
        }
    }

    @Test
    void memoryStaysBoundedForALongTraining() {
        MemoryTrace trace = MemoryTrace.of();
        for (int step = 0; step < 1_000_000; step++) {
            trace.record("a", step, step);
        }

        assertThat(trace.steps("a")).hasSizeBetween(5_000, 10_000).startsWith(0).endsWith(999_999);
    }

    @Test
    void hugeBoundCostsNothingInAdvance() {
        MemoryTrace trace = MemoryTrace.of(Integer.MAX_VALUE);
        for (int step = 0; step < 100; step++) {
            trace.record("a", step, step);
        }

        assertThat(trace.steps("a")).hasSize(100);
    }

    @Test
    void stepsThatComeAgainAreKeptInOrderOfRecording() {
        MemoryTrace trace = MemoryTrace.of();
        trace.record("a", 2, 1);
        trace.record("a", 1, 2);
        trace.record("a", 1, 3);

        assertThat(trace.steps("a")).containsExactly(2, 1, 1);
        assertThat(trace.values("a")).containsExactly(1, 2, 3);
    }

    @Test
    void unknownSeriesIsRefusedWithTheKnownOnes() {
        MemoryTrace trace = MemoryTrace.of();
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> trace.values("x"))
                .withMessageContaining("'x'")
                .withMessageContaining("No series has a point yet");
        trace.record("level1/alpha", 1, 1);
        trace.record("level1/beta", 1, 1);

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> trace.steps("alpha"))
                .withMessageContaining("'alpha'")
                .withMessageContaining("level1/alpha, level1/beta");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 0, -5})
    void boundWithoutFirstAndLastPointIsRefused(int maxPoints) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> MemoryTrace.of(maxPoints))
                .withMessageContaining("maxPoints is " + maxPoints)
                .withMessageContaining("Give 2 or more");
    }

    @Test
    void closedTraceCanStillBeRead() {
        MemoryTrace trace = MemoryTrace.of();
        trace.record("a", 1, 2);
        trace.close();

        assertThat(trace.values("a")).containsExactly(2);
    }
}
