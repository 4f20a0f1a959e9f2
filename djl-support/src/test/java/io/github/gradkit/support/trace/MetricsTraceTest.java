package io.github.gradkit.support.trace;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.metric.Metric;
import ai.djl.metric.Metrics;
import ai.djl.metric.Unit;
import org.junit.jupiter.api.Test;

class MetricsTraceTest {

    private final Metrics metrics = new Metrics();

    @Test
    void valuesAreExactAndStepsAreDimensions() {
        double[] values = {0.1, 1e-300, Double.NaN, Double.NEGATIVE_INFINITY, -0.0};
        MetricsTrace trace = MetricsTrace.of(metrics);
        for (int step = 0; step < values.length; step++) {
            trace.record("level1/alpha", 100L + step, values[step]);
        }

        assertThat(metrics.getMetric("level1/alpha"))
                .extracting(Metric::getValue)
                .containsExactly(0.1, 1e-300, Double.NaN, Double.NEGATIVE_INFINITY, -0.0);
        Metric latest = metrics.latestMetric("level1/alpha");
        assertThat(latest.getUnit()).isEqualTo(Unit.COUNT);
        assertThat(latest.getDimensions())
                .singleElement()
                .satisfies(
                        dimension -> {
                            assertThat(dimension.getName()).isEqualTo("step");
                            assertThat(dimension.getValue()).isEqualTo("104");
                        });
    }

    @Test
    void prefixComesBeforeTheName() {
        MetricsTrace.of(metrics, "hyper/").record("alpha", 1, 2);

        assertThat(metrics.getMetricNames()).containsExactly("hyper/alpha");
    }

    @Test
    void flushingAndClosingLeaveTheMetrics() {
        MetricsTrace trace = MetricsTrace.of(metrics);
        trace.record("alpha", 1, 2);
        trace.flush();
        trace.close();

        assertThat(metrics.getMetric("alpha")).hasSize(1);
        metrics.addMetric("alpha", 3);
        assertThat(metrics.mean("alpha")).isEqualTo(2.5);
    }
}
