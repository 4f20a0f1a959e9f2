package io.github.gradkit.examples.adacomp;

import io.github.gradkit.adacomp.train.LayerTraffic;
import io.github.gradkit.adacomp.train.StepReport;
import io.github.gradkit.support.trace.MemoryTrace;
import java.util.ArrayList;
import java.util.List;

/** Adds up what one learner sends in a training. */
final class Tally {

    private final MemoryTrace trace = MemoryTrace.of();
    private List<LayerTraffic> layers = List.of();
    private final List<Double> bytes = new ArrayList<>();
    private final List<Double> denseBytes = new ArrayList<>();
    private long total;
    private double packNanos;
    private double unpackNanos;

    /** Adds a step. */
    void add(StepReport report) {
        denseBytes.add(report.layers().stream().mapToDouble(layer -> 4.0 * layer.size()).sum());
        packNanos += report.packNanos();
        unpackNanos += report.unpackNanos();
    }

    /** Takes what was sent of each layer up to now, in place of what it was told before. */
    void layers(List<LayerTraffic> traffic) {
        layers = traffic;
    }

    /**
     * Adds the message of a step, which is larger than its layers.
     *
     * @param bytesSoFar the size of all messages up to this one
     */
    void sent(long bytesSoFar) {
        bytes.add((double) (bytesSoFar - total));
        total = bytesSoFar;
    }

    List<LayerTraffic> layers() {
        return layers;
    }

    /** Returns where the listener writes, to be read after the training. */
    MemoryTrace trace() {
        return trace;
    }

    /** Returns the bytes sent up to the end of each epoch. */
    double[] bytesByEpoch(int epochs) {
        double[] sums = new double[epochs];
        double sum = 0;
        int next = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            int end = (int) ((long) bytes.size() * (epoch + 1) / epochs);
            while (next < end) {
                sum += bytes.get(next++);
            }
            sums[epoch] = sum;
        }
        return sums;
    }

    /** Returns the rate in true bytes over the steps around each of some points. */
    double[] rates(int points) {
        double[] rates = new double[points];
        for (int i = 0; i < points; i++) {
            int from = bytes.size() * i / points;
            int to = bytes.size() * (i + 1) / points;
            rates[i] = sum(denseBytes, from, to) / sum(bytes, from, to);
        }
        return rates;
    }

    private static double sum(List<Double> values, int from, int to) {
        return values.subList(from, to).stream().mapToDouble(Double::doubleValue).sum();
    }

    int steps() {
        return bytes.size();
    }

    double packMillis() {
        return packNanos / 1e6 / Math.max(1, steps());
    }

    double unpackMillis() {
        return unpackNanos / 1e6 / Math.max(1, steps());
    }
}
