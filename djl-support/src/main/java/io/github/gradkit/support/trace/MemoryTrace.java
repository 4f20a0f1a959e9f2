package io.github.gradkit.support.trace;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps points in memory, within a bound that holds however long the training runs.
 *
 * <p>A series that reaches its greatest number of points drops every second one, and from then on
 * keeps only half as many of the new ones. Its points are therefore always evenly spaced in the
 * order of recording: the first, every n-th after it for a power of two n, and the last one
 * recorded. Between half of the greatest number of points and all of it are kept.
 *
 * <p>A point takes 16 bytes, so a series of the default bound takes 160 kB at most. Recording takes
 * constant time on average. What is kept can still be read after closing.
 */
public final class MemoryTrace implements TraceSink {

    private static final int DEFAULT_POINTS = 10_000;

    private final SinkGate gate = new SinkGate("memory trace");
    private final Map<String, ThinnedSeries> series = new LinkedHashMap<>();
    private final int maxPoints;

    private MemoryTrace(int maxPoints) {
        this.maxPoints = maxPoints;
    }

    /**
     * Creates a trace that keeps up to 10,000 points of each series.
     *
     * @return the trace
     */
    public static MemoryTrace of() {
        return of(DEFAULT_POINTS);
    }

    /**
     * Creates a trace.
     *
     * @param maxPoints the greatest number of points kept of each series, at least 2
     * @return the trace
     * @throws IllegalArgumentException if the number is less than 2
     */
    public static MemoryTrace of(int maxPoints) {
        if (maxPoints < 2) {
            throw new IllegalArgumentException(
                    "maxPoints is "
                            + maxPoints
                            + ", but the first and the last point of a series are always kept."
                            + " Give 2 or more.");
        }
        return new MemoryTrace(maxPoints);
    }

    @Override
    public synchronized void record(String series, long step, double value) {
        gate.check(series, step);
        this.series.computeIfAbsent(series, name -> new ThinnedSeries(maxPoints)).add(step, value);
    }

    @Override
    public void flush() {
        // Every point is where it is kept already.
    }

    @Override
    public void close() {
        gate.close();
    }

    /**
     * Returns the names of the series.
     *
     * @return the names in the order of first appearance
     */
    public synchronized List<String> series() {
        return List.copyOf(series.keySet());
    }

    /**
     * Returns the steps of the points that are kept of a series.
     *
     * @param series the name of the series
     * @return the steps in the order of recording; a copy
     * @throws IllegalArgumentException if nothing was recorded under this name
     */
    public synchronized long[] steps(String series) {
        return find(series).steps();
    }

    /**
     * Returns the values of the points that are kept of a series.
     *
     * @param series the name of the series
     * @return the values, each at the index of its step in {@link #steps(String)}; a copy
     * @throws IllegalArgumentException if nothing was recorded under this name
     */
    public synchronized double[] values(String series) {
        return find(series).values();
    }

    private ThinnedSeries find(String name) {
        ThinnedSeries found = series.get(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    "Nothing was recorded under the name '"
                            + name
                            + "'. "
                            + (series.isEmpty()
                                    ? "No series has a point yet; record one first."
                                    : "Use one of the recorded series: "
                                            + String.join(", ", series.keySet())
                                            + "."));
        }
        return found;
    }
}
