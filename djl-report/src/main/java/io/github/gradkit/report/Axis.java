package io.github.gradkit.report;

import java.util.Arrays;

/**
 * An axis of a {@link LineChart}.
 *
 * @param title what the axis measures, with its unit; not blank
 * @param log whether the axis is logarithmic (base 10); all its values must then be positive
 */
public record Axis(String title, boolean log) {

    /**
     * Checks the axis.
     *
     * @param title what the axis measures, with its unit; not blank
     * @param log whether the axis is logarithmic (base 10)
     * @throws IllegalArgumentException if the title is blank
     */
    public Axis {
        Checks.text(title, "the title of an axis");
    }

    void checkPositive(String series, double[] values) {
        if (log) {
            Arrays.stream(values)
                    .filter(value -> value <= 0)
                    .findFirst()
                    .ifPresent(value -> reject(series, value));
        }
    }

    private void reject(String series, double value) {
        throw new IllegalArgumentException(
                String.format(
                        "series \"%s\" must be positive on the logarithmic axis \"%s\", but holds"
                                + " %s; use a linear axis or replace the value by NaN",
                        series, title, value));
    }
}
