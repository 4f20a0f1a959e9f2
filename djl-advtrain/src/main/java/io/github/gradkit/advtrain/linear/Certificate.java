package io.github.gradkit.advtrain.linear;

/**
 * A bound on the angle between any weights and the direction of the largest margin, which needs
 * nothing but the margin of these weights: for v = theta / ||theta||_2 of margin h(v), {@code 1 -
 * cos(v, u) <= (gamma - h(v)) / gamma}.
 *
 * <p>So a margin that comes close to the largest proves that the direction does. The bound holds
 * for every v, also a random one; a violation would mean that the margin, the perturbation or the
 * solver is wrong.
 */
public final class Certificate {

    /** Of the margins, in parts of the longest example. */
    private static final double ROUNDING = 1e-12;

    private final SignedData data;
    private final MixedMargin target;
    private final double[] direction;
    private final double slack;

    private Certificate(SignedData data, MixedMargin target) {
        this.data = data;
        this.target = target;
        this.direction = target.direction();
        this.slack = ROUNDING * Math.max(1, data.maxNorm() / target.upper());
    }

    /**
     * Makes a certificate.
     *
     * @param data the examples
     * @param target their largest margin
     * @return the certificate
     * @throws IllegalStateException if the data is not separable under the perturbations
     */
    public static Certificate of(SignedData data, MixedMargin target) {
        return new Certificate(data, target);
    }

    /**
     * Checks the bound.
     *
     * @param theta the weights of a linear model, not all 0
     * @return both sides of the bound
     * @throws IllegalArgumentException if all weights are 0, one is not finite, or their number is
     *     not that of the features
     */
    public Check check(double... theta) {
        Checks.finite(theta, "The weights");
        double norm = Vectors.norm2(theta);
        if (norm == 0) {
            throw new IllegalArgumentException(
                    "The weights must not all be 0: they have no direction then, and the"
                            + " certificate is about directions. Train first.");
        }
        return check(theta, target.ball().margin(data, theta) / norm);
    }

    /** Checks the bound for weights whose margin divided by their norm is known. */
    Check check(double[] theta, double margin) {
        double angle = Vectors.oneMinusCosine(theta, direction);
        return new Check(angle, (target.upper() - margin) / target.upper(), slack);
    }

    /**
     * Both sides of the bound for some weights.
     *
     * @param oneMinusCosine 1 minus the cosine between the weights and the direction of the largest
     *     margin
     * @param bound what the margin of the weights allows
     * @param rounding by how much rounding can make the first appear larger
     */
    public record Check(double oneMinusCosine, double bound, double rounding) {

        /**
         * Tells whether the bound holds.
         *
         * @return whether {@link #oneMinusCosine()} is at most {@link #bound()}, up to rounding
         */
        public boolean holds() {
            return oneMinusCosine <= bound + rounding;
        }
    }
}
