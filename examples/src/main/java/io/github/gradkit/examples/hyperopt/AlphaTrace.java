package io.github.gradkit.examples.hyperopt;

import io.github.gradkit.support.trace.MemoryTrace;
import java.util.Arrays;
import java.util.Optional;

/**
 * What became of the learning rate of a tower's base.
 *
 * @param steps the steps of the training
 * @param values the rates; NaN where one was not a positive number, which a logarithmic axis lacks
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record AlphaTrace(double[] steps, double[] values) {

    private static final String ALPHA = "level0/alpha";

    /** Reads a trace; empty if there is nothing to draw. */
    static Optional<AlphaTrace> of(MemoryTrace trace) {
        if (!trace.series().contains(ALPHA)) {
            return Optional.empty();
        }
        double[] values =
                Arrays.stream(trace.values(ALPHA))
                        .map(v -> v > 0 && Double.isFinite(v) ? v : Double.NaN)
                        .toArray();
        double[] steps = Arrays.stream(trace.steps(ALPHA)).asDoubleStream().toArray();
        return Arrays.stream(values).anyMatch(Double::isFinite)
                ? Optional.of(new AlphaTrace(steps, values))
                : Optional.empty();
    }

    double largest() {
        return Arrays.stream(values).filter(Double::isFinite).max().orElse(Double.NaN);
    }
}
