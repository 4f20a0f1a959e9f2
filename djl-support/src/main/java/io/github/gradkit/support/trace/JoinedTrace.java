package io.github.gradkit.support.trace;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Several sinks as one; a failing one keeps no point from the others. */
final class JoinedTrace implements TraceSink {

    private final SinkGate gate = new SinkGate("joined trace");
    private final List<TraceSink> sinks;

    JoinedTrace(TraceSink... sinks) {
        this.sinks = List.of(sinks);
    }

    @Override
    public void record(String series, long step, double value) {
        gate.check(series, step);
        forAll(sink -> sink.record(series, step, value));
    }

    @Override
    public void flush() {
        if (gate.isOpen()) {
            forAll(TraceSink::flush);
        }
    }

    @Override
    public void close() {
        if (gate.close()) {
            forAll(TraceSink::close);
        }
    }

    private void forAll(Consumer<TraceSink> action) {
        RuntimeException failure = null;
        for (TraceSink sink : sinks) {
            try {
                action.accept(sink);
            } catch (RuntimeException e) {
                failure = join(failure, e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static RuntimeException join(@Nullable RuntimeException first, RuntimeException next) {
        if (first == null) {
            return next;
        }
        // An exception must not suppress itself; two sinks may well throw the same object.
        if (first != next) {
            first.addSuppressed(next);
        }
        return first;
    }
}
