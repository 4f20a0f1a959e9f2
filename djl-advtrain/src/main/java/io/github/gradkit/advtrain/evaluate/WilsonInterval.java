package io.github.gradkit.advtrain.evaluate;

import io.github.gradkit.advtrain.internal.Checks;

/**
 * Wilson's score interval: which shares of a population are plausible after a sample.
 *
 * <p>Unlike the textbook interval around the mean it stays within 0 and 1 and is sound for shares
 * near them, which robust accuracies often are.
 *
 * <p>Source: E. B. Wilson, <em>Probable Inference, the Law of Succession, and Statistical
 * Inference</em>, JASA 22, 1927.
 *
 * @param low the lower end
 * @param high the upper end
 */
public record WilsonInterval(double low, double high) {

    /** The two-sided 95 % quantile of the standard normal distribution. */
    public static final double Z_95 = 1.959963984540054;

    /**
     * Returns the interval that holds the share with 95 % confidence.
     *
     * @param successes how many of the sample have the property
     * @param trials the size of the sample, 1 or more
     * @return the interval
     * @throws IllegalArgumentException if there are more successes than trials, or fewer than 0
     */
    public static WilsonInterval of(long successes, long trials) {
        return of(successes, trials, Z_95);
    }

    /**
     * Returns the interval for a confidence of choice.
     *
     * @param successes how many of the sample have the property
     * @param trials the size of the sample, 1 or more
     * @param z the two-sided quantile of the standard normal distribution; positive
     * @return the interval
     * @throws IllegalArgumentException if there are more successes than trials or fewer than 0, or
     *     z is not positive and finite
     */
    public static WilsonInterval of(long successes, long trials, double z) {
        if (trials < 1 || successes < 0 || successes > trials) {
            throw new IllegalArgumentException(
                    "There must be at least one trial, and between none and all of them a success,"
                            + " but there are "
                            + successes
                            + " successes of "
                            + trials
                            + " trials.");
        }
        Checks.positive(z, "z");
        double n = trials;
        double share = successes / n;
        double shrink = 1 + z * z / n;
        double center = share + z * z / (2 * n);
        double half = z * Math.sqrt(share * (1 - share) / n + z * z / (4 * n * n));
        // None or all of the trials: the end is known exactly, and rounding must not hide it.
        double low = successes == 0 ? 0 : (center - half) / shrink;
        double high = successes == trials ? 1 : (center + half) / shrink;
        return new WilsonInterval(low, high);
    }
}
