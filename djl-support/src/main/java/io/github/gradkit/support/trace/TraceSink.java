package io.github.gradkit.support.trace;

/**
 * Takes the points of named series, one by one, while a training runs.
 *
 * <p>The name of a series is a text like {@code level1/alpha}: not blank, without line breaks and
 * other control characters. A value may be NaN or infinite, since a training that diverges is
 * exactly the one whose trace is looked at. Steps are taken as they come; after a training was
 * resumed from a checkpoint, some may come again.
 *
 * <p>The sinks of this package may be used by several threads at a time.
 */
public interface TraceSink extends AutoCloseable {

    /**
     * Records one point.
     *
     * @param series the name of the series
     * @param step the step of the training
     * @param value the value, which may be NaN or infinite
     * @throws IllegalArgumentException if the name is blank, or holds a line break or another
     *     control character
     * @throws IllegalStateException if this sink is closed
     */
    void record(String series, long step, double value);

    /** Brings every point recorded so far to where it is kept. On a closed sink, does nothing. */
    void flush();

    /** Flushes and ends this sink. On a closed sink, does nothing. */
    @Override
    void close();

    /**
     * Joins sinks into one.
     *
     * <p>Every call goes to all of them in the given order, even if some fail. The first failure is
     * thrown then; the others are {@linkplain Throwable#getSuppressed() suppressed exceptions} of
     * it. Closing the joined sink closes all of them.
     *
     * @param sinks the sinks; none at all make a sink that keeps nothing
     * @return the joined sink
     */
    static TraceSink all(TraceSink... sinks) {
        return new JoinedTrace(sinks);
    }
}
