package io.github.gradkit.examples.evaluation;

import java.util.List;
import java.util.Locale;

/**
 * A mean over seeds.
 *
 * @param mean the mean
 * @param half half of the width of its 95 % confidence interval by Student's t; not a number for a
 *     single seed
 */
public record Measured(double mean, double half) {

    /** The 97.5 % quantiles of Student's t for 1, 2 ... degrees of freedom. */
    private static final double[] QUANTILES = {
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
        2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
        2.052, 2.048, 2.045
    };

    /** The most numbers there may be. */
    public static final int MOST = QUANTILES.length + 1;

    /**
     * Measures a mean.
     *
     * @param numbers one for each seed, from 1 to {@value #MOST} of them
     * @return the mean and its interval
     */
    public static Measured of(List<Double> numbers) {
        double mean = numbers.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        int size = numbers.size();
        if (size < 2) {
            return new Measured(mean, Double.NaN);
        }
        double squares = numbers.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
        double error = Math.sqrt(squares / (size - 1) / size);
        return new Measured(mean, QUANTILES[size - 2] * error);
    }

    /**
     * Tells whether the whole interval is above 0.
     *
     * @return false for a single seed
     */
    public boolean isSurelyPositive() {
        return mean - half > 0;
    }

    /**
     * Tells whether the whole interval is below 0.
     *
     * @return false for a single seed
     */
    public boolean isSurelyNegative() {
        return mean + half < 0;
    }

    /**
     * Writes the mean and its interval.
     *
     * @param digits how many after the point
     * @return such as {@code 0.12 ± 0.03}
     */
    public String text(int digits) {
        String rounded = String.format(Locale.ROOT, "%." + digits + "f", mean);
        String number = rounded.matches("-[0.]+") ? rounded.substring(1) : rounded;
        return Double.isNaN(half)
                ? number
                : String.format(Locale.ROOT, "%s ± %." + digits + "f", number, half);
    }
}
