package io.github.gradkit.report;

import java.util.Arrays;
import java.util.List;

/**
 * The bars of one name in a {@link BarChart}.
 *
 * @param name the name; not blank
 * @param values one finite value for each category; NaN where there is none
 */
public record BarSeries(String name, List<Double> values) {

    /**
     * Copies and checks the bars.
     *
     * @param name the name; not blank
     * @param values one finite value for each category; NaN where there is none
     * @throws IllegalArgumentException if the name is blank, a value is infinite or none is finite
     */
    public BarSeries {
        Checks.text(name, "the name of a series");
        values = List.copyOf(values);
        Checks.finiteOrGap(
                values.stream().mapToDouble(Double::doubleValue).toArray(),
                "the values of series \"" + name + "\"");
    }

    static BarSeries of(String name, double... values) {
        return new BarSeries(name, Arrays.stream(values).boxed().toList());
    }
}
