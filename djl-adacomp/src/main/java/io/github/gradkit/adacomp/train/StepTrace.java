package io.github.gradkit.adacomp.train;

import io.github.gradkit.support.trace.TraceSink;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes reports of steps as series. */
final class StepTrace {

    private static final Logger logger = LoggerFactory.getLogger(StepTrace.class);
    private static final double NANOS_PER_MILLI = 1e6;

    private final List<TraceSink> sinks;

    StepTrace(List<TraceSink> sinks) {
        this.sinks = new ArrayList<>(sinks);
    }

    void add(TraceSink sink) {
        sinks.add(sink);
    }

    void write(StepReport report) {
        long step = report.step();
        write("adacomp/packMillis", step, report.packNanos() / NANOS_PER_MILLI);
        write("adacomp/exchangeMillis", step, report.exchangeNanos() / NANOS_PER_MILLI);
        write("adacomp/unpackMillis", step, report.unpackNanos() / NANOS_PER_MILLI);
        report.layers().forEach(layer -> write(layer, step));
    }

    private void write(StepReport.Layer layer, long step) {
        String name = "adacomp/" + layer.path();
        double bits = 32.0 * layer.size();
        if (layer.paperBits() > 0) {
            write(name + "/rate", step, bits / layer.paperBits());
        }
        write(name + "/rateBytes", step, bits / (8.0 * Math.max(1, layer.bytes())));
        if (layer.bins() > 0) {
            write(name + "/sentPerBin", step, (double) layer.sent() / layer.bins());
        }
        if (Double.isNaN(layer.residueNorm())) {
            return;
        }
        write(name + "/residueNorm", step, layer.residueNorm());
        if (layer.gradientNorm() > 0) {
            write(name + "/residueToGradient", step, layer.residueNorm() / layer.gradientNorm());
        }
    }

    private void write(String series, long step, double value) {
        forEach(sink -> sink.record(series, step, value));
    }

    void flush() {
        forEach(TraceSink::flush);
    }

    private void forEach(Consumer<TraceSink> action) {
        Iterator<TraceSink> all = sinks.iterator();
        while (all.hasNext()) {
            TraceSink sink = all.next();
            try {
                action.accept(sink);
            } catch (RuntimeException e) {
                // Hours of training are worth more than a trace of it.
                logger.error("No more is traced to {}: {}", sink, e.getMessage());
                all.remove();
            }
        }
    }
}
