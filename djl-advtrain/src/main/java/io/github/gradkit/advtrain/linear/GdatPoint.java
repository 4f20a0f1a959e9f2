package io.github.gradkit.advtrain.linear;

/**
 * An iterate of {@link Gdat}.
 *
 * @param step the number of steps done
 * @param theta the weights
 * @param norm their Euclidean norm
 * @param margin the smallest margin under the worst perturbation divided by the norm, {@code h(v)};
 *     NaN if all weights are 0
 * @param gap how much is missing to the largest margin; NaN without a target
 * @param oneMinusCosine 1 minus the cosine to the direction of the largest margin; NaN without a
 *     target
 * @param logCleanLoss the natural logarithm of the mean loss without perturbations
 * @param logRobustLoss the natural logarithm of the mean loss under the worst perturbation
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record GdatPoint(
        long step,
        double[] theta,
        double norm,
        double margin,
        double gap,
        double oneMinusCosine,
        double logCleanLoss,
        double logRobustLoss) {

    /**
     * Copies the weights.
     *
     * @param step the number of steps done
     * @param theta the weights
     * @param norm their Euclidean norm
     * @param margin the smallest margin under the worst perturbation divided by the norm
     * @param gap how much is missing to the largest margin
     * @param oneMinusCosine 1 minus the cosine to the direction of the largest margin
     * @param logCleanLoss the natural logarithm of the mean loss without perturbations
     * @param logRobustLoss the natural logarithm of the mean loss under the worst perturbation
     */
    public GdatPoint {
        theta = theta.clone();
    }

    /**
     * Returns the weights.
     *
     * @return a copy
     */
    @Override
    public double[] theta() {
        return theta.clone();
    }

    /**
     * Returns the direction of the weights.
     *
     * @return the weights scaled to Euclidean norm 1; NaN if they are all 0
     */
    public double[] direction() {
        return Vectors.scaled(theta, 1 / norm);
    }

    /**
     * Returns the mean loss without perturbations.
     *
     * @return the loss; 0 where it is too small for a double number
     */
    public double cleanLoss() {
        return Math.exp(logCleanLoss);
    }

    /**
     * Returns the mean loss under the worst perturbation.
     *
     * @return the loss; 0 where it is too small for a double number
     */
    public double robustLoss() {
        return Math.exp(logRobustLoss);
    }
}
