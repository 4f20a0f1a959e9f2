package io.github.gradkit.support.trace;

import java.util.concurrent.atomic.AtomicBoolean;

/** What every sink asks before it takes a point: is it open, and is the name one to write down. */
final class SinkGate {

    private final String sink;
    private final AtomicBoolean open = new AtomicBoolean(true);

    /**
     * Opens the gate of a sink.
     *
     * @param sink what to call the sink in messages
     */
    SinkGate(String sink) {
        this.sink = sink;
    }

    void check(String series, long step) {
        if (series.isBlank()) {
            throw new IllegalArgumentException(
                    "The name of the series is blank ('"
                            + visible(series)
                            + "'), so nobody could tell its points from others. Give a name like"
                            + " level1/alpha.");
        }
        if (series.codePoints().anyMatch(SinkGate::isForbidden)) {
            throw new IllegalArgumentException(
                    "The name of the series '"
                            + visible(series)
                            + "' holds a line break or another control character (shown as \\u"
                            + " and its code), which files of lines cannot keep. Leave it out.");
        }
        if (!open.get()) {
            throw new IllegalStateException(
                    "The "
                            + sink
                            + " is closed, so the point of series '"
                            + series
                            + "' at step "
                            + step
                            + " cannot be kept. Close the trace after the last step, or open"
                            + " another one.");
        }
    }

    boolean isOpen() {
        return open.get();
    }

    /** Closes the gate; returns whether it was open before. */
    boolean close() {
        return open.getAndSet(false);
    }

    /** Half of a surrogate pair is forbidden too: as UTF-8 it would become a question mark. */
    private static boolean isForbidden(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }

    private static String visible(String series) {
        StringBuilder text = new StringBuilder();
        series.codePoints()
                .forEach(
                        code -> {
                            if (isForbidden(code)) {
                                text.append(String.format("\\u%04x", code));
                            } else {
                                text.appendCodePoint(code);
                            }
                        });
        return text.toString();
    }
}
