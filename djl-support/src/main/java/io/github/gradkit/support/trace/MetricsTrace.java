package io.github.gradkit.support.trace;

import ai.djl.metric.Dimension;
import ai.djl.metric.Metric;
import ai.djl.metric.Metrics;
import ai.djl.metric.Unit;

/**
 * Passes points on to the metrics of DJL, where they stand beside the losses and the latencies.
 *
 * <p>A metric has the name of the series, after a prefix if there is one. The value is exact. Since
 * a metric has no field for the step, the step is its {@linkplain Metric#getDimensions() dimension}
 * {@code step}. A point takes some 230 bytes there and all points are kept, unless {@link
 * Metrics#setLimit(int)} was called; for a long training, a {@link MemoryTrace} is smaller.
 *
 * <p>Flushing and closing leave the metrics as they are.
 */
public final class MetricsTrace implements TraceSink {

    private final SinkGate gate = new SinkGate("metrics trace");
    private final Metrics metrics;
    private final String prefix;

    private MetricsTrace(Metrics metrics, String prefix) {
        this.metrics = metrics;
        this.prefix = prefix;
    }

    /**
     * Creates a trace whose metrics have the names of the series.
     *
     * @param metrics where the points go, for example the metrics given to the trainer
     * @return the trace
     */
    public static MetricsTrace of(Metrics metrics) {
        return new MetricsTrace(metrics, "");
    }

    /**
     * Creates a trace whose metrics have the names of the series after a prefix.
     *
     * @param metrics where the points go, for example the metrics given to the trainer
     * @param prefix what every name begins with, for example {@code hyper/}
     * @return the trace
     */
    public static MetricsTrace of(Metrics metrics, String prefix) {
        return new MetricsTrace(metrics, prefix);
    }

    @Override
    public void record(String series, long step, double value) {
        gate.check(series, step);
        Dimension dimension = new Dimension("step", Long.toString(step));
        metrics.addMetric(new Metric(prefix + series, value, Unit.COUNT, dimension));
    }

    @Override
    public void flush() {
        // Every point is in the metrics already.
    }

    @Override
    public void close() {
        gate.close();
    }
}
