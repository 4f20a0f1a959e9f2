package io.github.gradkit.adacomp.report;

import io.github.gradkit.support.trace.MemoryTrace;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * One series of a trace.
 *
 * @param steps the steps
 * @param values a value for each, NaN where it was not finite
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TracedSeries(double[] steps, double[] values) {

    private static final String PREFIX = "adacomp/";

    /** Returns an empty series if nothing was recorded under the name. */
    static TracedSeries of(MemoryTrace trace, String name) {
        String series = PREFIX + name;
        if (!trace.series().contains(series)) {
            return new TracedSeries(new double[0], new double[0]);
        }
        return new TracedSeries(
                Arrays.stream(trace.steps(series)).asDoubleStream().toArray(),
                Arrays.stream(trace.values(series))
                        .map(value -> Double.isFinite(value) ? value : Double.NaN)
                        .toArray());
    }

    int size() {
        return values.length;
    }

    boolean isDrawable() {
        return Arrays.stream(values).anyMatch(value -> !Double.isNaN(value));
    }

    /** Tells whether no step comes again, as after a training that went back. */
    boolean isAscending() {
        for (int i = 1; i < steps.length; i++) {
            if (steps[i] <= steps[i - 1]) {
                return false;
            }
        }
        return true;
    }

    /** Leaves gaps where a logarithmic axis has no place. */
    TracedSeries positive() {
        return new TracedSeries(
                steps,
                Arrays.stream(values).map(value -> value > 0 ? value : Double.NaN).toArray());
    }

    /**
     * Brings the series down to some points.
     *
     * @param points the greatest number of points
     * @param counted whether records are counted, instead of their steps
     * @param join makes one value of several that are finite
     */
    TracedSeries thinned(int points, boolean counted, ToDoubleFunction<double[]> join) {
        int count = Math.min(points, size());
        double[] x = new double[count];
        double[] y = new double[count];
        for (int i = 0; i < count; i++) {
            int from = (int) ((long) size() * i / count);
            int to = (int) ((long) size() * (i + 1) / count);
            double[] finite =
                    Arrays.stream(values, from, to).filter(v -> !Double.isNaN(v)).toArray();
            x[i] = counted ? from : Arrays.stream(steps, from, to).average().orElseThrow();
            y[i] = finite.length == 0 ? Double.NaN : join.applyAsDouble(finite);
        }
        return new TracedSeries(x, y);
    }

    /** Returns the middle one, which a few steps with hardly a gradient don't move. */
    static double median(double[] values) {
        return Arrays.stream(values)
                .sorted()
                .skip(values.length / 2)
                .findFirst()
                .orElse(Double.NaN);
    }

    /** Returns the mean, as of residues. */
    static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    /** Returns the harmonic mean, which of rates is that of the bytes of all steps together. */
    static double meanRate(double[] rates) {
        return rates.length / Arrays.stream(rates).map(rate -> 1 / rate).sum();
    }

    /** Returns the mean over a part of the records, each end as a share of their number. */
    double meanOf(double from, double to) {
        return mean(
                Arrays.stream(values, (int) (from * size()), (int) (to * size()))
                        .filter(value -> !Double.isNaN(value))
                        .toArray());
    }
}
