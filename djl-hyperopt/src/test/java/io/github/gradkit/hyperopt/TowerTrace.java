package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/** What a tower did, step by step. */
final class TowerTrace {

    private final List<double[]> hypergradients = new ArrayList<>();
    private final List<double[]> learned = new ArrayList<>();
    private final List<double[]> weights = new ArrayList<>();

    /**
     * Adds a step.
     *
     * @param ofLevels the hypergradients that it computed, by level
     * @param values the tuned values after it
     * @param after the weights after it
     */
    void add(List<double[]> ofLevels, double[] values, double[] after) {
        hypergradients.add(ofLevels.stream().flatMapToDouble(DoubleStream::of).toArray());
        learned.add(values.clone());
        weights.add(after.clone());
    }

    double[] hypergradients(int step) {
        return hypergradients.get(step - 1);
    }

    double[] learned(int step) {
        return learned.get(step - 1);
    }

    double[] weights(int step) {
        return weights.get(step - 1);
    }

    int steps() {
        return weights.size();
    }

    /** Checks that every number of every step agrees, relative to the largest of its kind. */
    void assertClose(TowerTrace twin, double tolerance) {
        assertSeries("hypergradient", hypergradients, twin.hypergradients, tolerance, false);
        assertSeries("learned value", learned, twin.learned, tolerance, false);
        assertSeries("weight", weights, twin.weights, tolerance, true);
        assertThat(twin.learned.get(steps() - 1))
                .as("the case is of use only if something is learned")
                .isNotEqualTo(twin.learned.get(0));
    }

    private static void assertSeries(
            String what,
            List<double[]> actual,
            List<double[]> expected,
            double tolerance,
            boolean oneScale) {
        assertThat(actual).hasSameSizeAs(expected);
        int size = expected.get(expected.size() - 1).length;
        double largest =
                expected.stream().flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
        for (int k = 0; k < size; k++) {
            int at = k;
            double scale =
                    oneScale
                            ? largest
                            : expected.stream()
                                    .filter(row -> row.length > 0)
                                    .mapToDouble(row -> Math.abs(row[at]))
                                    .max()
                                    .orElseThrow();
            for (int t = 0; t < actual.size(); t++) {
                if (actual.get(t).length > 0) {
                    assertThat(actual.get(t)[k])
                            .as("%s %d of step %d (largest %s)", what, k, t + 1, scale)
                            .isFinite()
                            .isCloseTo(expected.get(t)[k], within(tolerance * scale));
                }
            }
        }
    }
}
