package io.github.gradkit.examples.learninit;

import java.util.List;
import java.util.Locale;

/**
 * A mean over seeds.
 *
 * @param mean the mean
 * @param half half of the width of its 95 % confidence interval by Student's t; not a number for a
 *     single seed
 */
record Measured(double mean, double half) {

    /** The 97.5 % quantiles of Student's t for 1, 2 ... degrees of freedom. */
    private static final double[] QUANTILES = {
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
        2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
        2.052, 2.048, 2.045
    };

    /** The most numbers there may be. */
    static final int MOST = QUANTILES.length + 1;

    static Measured of(List<Double> numbers) {
        double mean = numbers.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        int size = numbers.size();
        if (size < 2) {
            return new Measured(mean, Double.NaN);
        }
        double squares = numbers.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
        double error = Math.sqrt(squares / (size - 1) / size);
        return new Measured(mean, QUANTILES[size - 2] * error);
    }

    boolean isSurelyPositive() {
        return mean - half > 0;
    }

    boolean isSurelyNegative() {
        return mean + half < 0;
    }

    /** Writes the mean and its interval. */
    String text(int digits) {
        String number = String.format(Locale.ROOT, "%." + digits + "f", mean);
        return Double.isNaN(half)
                ? number
                : String.format(Locale.ROOT, "%s ± %." + digits + "f", number, half);
    }
}
