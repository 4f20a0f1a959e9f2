package io.github.gradkit.advtrain.linear;

/**
 * The norm that measures a perturbation, with its dual norm that measures what the worst
 * perturbation costs.
 *
 * @param q the exponent, from 1 to {@link Double#POSITIVE_INFINITY}
 */
public record LqNorm(double q) {

    /** The sum of absolute values. */
    public static final LqNorm L1 = new LqNorm(1);

    /** The Euclidean norm. */
    public static final LqNorm L2 = new LqNorm(2);

    /** The largest absolute value. */
    public static final LqNorm LINF = new LqNorm(Double.POSITIVE_INFINITY);

    /**
     * Checks the exponent.
     *
     * @param q the exponent, from 1 to {@link Double#POSITIVE_INFINITY}
     * @throws IllegalArgumentException if the exponent is below 1 or NaN
     */
    public LqNorm {
        if (!(q >= 1)) {
            throw new IllegalArgumentException(
                    "The exponent q of a norm must be 1 or more, but is "
                            + q
                            + ": below 1 the unit ball is not convex and has no dual norm. Use 1, 2"
                            + " or Double.POSITIVE_INFINITY, or a number between.");
        }
    }

    /**
     * Makes a norm.
     *
     * @param q the exponent, from 1 to {@link Double#POSITIVE_INFINITY}
     * @return the norm
     * @throws IllegalArgumentException if the exponent is below 1 or NaN
     */
    public static LqNorm of(double q) {
        return new LqNorm(q);
    }

    /**
     * Returns the dual exponent.
     *
     * @return p with 1/p + 1/q = 1
     */
    public double p() {
        if (q == 1) {
            return Double.POSITIVE_INFINITY;
        }
        return q == Double.POSITIVE_INFINITY ? 1 : q / (q - 1);
    }

    /**
     * Measures a perturbation.
     *
     * @param delta the perturbation
     * @return its norm with exponent q
     */
    public double norm(double... delta) {
        return Vectors.norm(delta, q);
    }

    /**
     * Returns the largest inner product of a vector with any perturbation of norm 1.
     *
     * @param theta the vector
     * @return its norm with exponent {@link #p()}
     */
    public double dualNorm(double... theta) {
        return Vectors.norm(theta, p());
    }

    /**
     * Returns the perturbation of norm 1 that has the largest inner product with a vector; it is a
     * subgradient of {@link #dualNorm} there.
     *
     * <p>Where several do, one is chosen: for q = 1 the first of the coordinates with the largest
     * absolute value gets all; for infinite q a coordinate where theta is 0 gets 0.
     *
     * @param theta the vector
     * @return a vector with {@code g . theta = dualNorm(theta)} and norm 1; all zeros if theta is
     * @throws IllegalArgumentException if a value is not finite
     */
    public double[] steepest(double... theta) {
        Checks.finite(theta, "The vector theta");
        double[] g = new double[theta.length];
        double length = dualNorm(theta);
        if (length == 0) {
            return g;
        }
        if (q == 1) {
            int top = first(theta, length);
            g[top] = Math.signum(theta[top]);
            return g;
        }
        double exponent = p() - 1;
        for (int i = 0; i < g.length; i++) {
            g[i] = Math.signum(theta[i]) * power(Math.abs(theta[i]) / length, exponent);
        }
        return g;
    }

    private static double power(double base, double exponent) {
        if (exponent == 1) {
            return base;
        }
        return exponent == 0 ? 1 : Math.pow(base, exponent);
    }

    private static int first(double[] theta, double absolute) {
        int i = 0;
        while (Math.abs(theta[i]) != absolute) {
            i++;
        }
        return i;
    }

    /**
     * Returns a short name.
     *
     * @return such as {@code l2}, {@code l1.5} or {@code linf}
     */
    @Override
    public String toString() {
        if (q == Double.POSITIVE_INFINITY) {
            return "linf";
        }
        return "l" + (q == Math.rint(q) && q < 1e6 ? Long.toString((long) q) : Double.toString(q));
    }
}
