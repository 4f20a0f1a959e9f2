package io.github.gradkit.support.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinedTraceTest {

    private final List<String> calls = new ArrayList<>();

    @Test
    void everyCallGoesToAllSinksInOrder() {
        TraceSink joined = TraceSink.all(new Telling("x", false), new Telling("y", false));

        joined.record("a", 1, 2.5);
        joined.flush();
        joined.close();

        assertThat(calls)
                .containsExactly(
                        "x a 1 2.5", "y a 1 2.5", "x flush", "y flush", "x close", "y close");
    }

    @Test
    void failingSinkStopsNoOtherAndEveryFailureIsKept() {
        TraceSink joined =
                TraceSink.all(
                        new Telling("x", true), new Telling("y", false), new Telling("z", true));

        for (Runnable call :
                List.<Runnable>of(() -> joined.record("a", 1, 2), joined::flush, joined::close)) {
            calls.clear();
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(call::run)
                    .withMessageStartingWith("x ")
                    .satisfies(
                            e ->
                                    assertThat(e.getSuppressed())
                                            .singleElement()
                                            .satisfies(
                                                    s -> assertThat(s).hasMessage(calls.get(2))));
            assertThat(calls).hasSize(3);
        }
    }

    @Test
    void closeThatFailedIsNotRepeated() {
        TraceSink joined = TraceSink.all(new Telling("x", true));
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(joined::close);

        joined.close();

        assertThat(calls).containsExactly("x close");
    }

    @Test
    void sameFailureOfTwoSinksIsThrownOnce() {
        RuntimeException failure = new IllegalStateException("both");
        TraceSink throwing = new Throwing(failure);

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(TraceSink.all(throwing, throwing)::flush)
                .isSameAs(failure)
                .satisfies(e -> assertThat(e.getSuppressed()).isEmpty());
    }

    @Test
    void refusedNameReachesNoSink() {
        TraceSink joined = TraceSink.all(new Telling("x", false));

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> joined.record("", 1, 2));

        assertThat(calls).isEmpty();
    }

    @Test
    void laterChangeOfTheArgumentsChangesNothing() {
        TraceSink[] sinks = {new Telling("x", false)};
        TraceSink joined = TraceSink.all(sinks);
        sinks[0] = new Telling("y", false);

        joined.flush();

        assertThat(calls).containsExactly("x flush");
    }

    private final class Telling implements TraceSink {

        private final String name;
        private final boolean fails;

        Telling(String name, boolean fails) {
            this.name = name;
            this.fails = fails;
        }

        @Override
        public void record(String series, long step, double value) {
            tell(series + " " + step + " " + value);
        }

        @Override
        public void flush() {
            tell("flush");
        }

        @Override
        public void close() {
            tell("close");
        }

        private void tell(String call) {
            calls.add(name + " " + call);
            if (fails) {
                throw new IllegalStateException(name + " " + call);
            }
        }
    }

    private record Throwing(RuntimeException failure) implements TraceSink {

        @Override
        public void record(String series, long step, double value) {
            throw failure;
        }

        @Override
        public void flush() {
            throw failure;
        }

        @Override
        public void close() {
            throw failure;
        }
    }
}
