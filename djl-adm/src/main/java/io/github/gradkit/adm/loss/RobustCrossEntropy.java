package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.gradkit.adm.data.SegmentationLabels;
import io.github.gradkit.support.gradient.CollectorConstants;

/**
 * The cross entropy of labels that are wrong now and then: the mean over labelled pixels of
 *
 * <pre>-log( eps / (K-1) + (1 - K eps / (K-1)) S(label) )</pre>
 *
 * <p>for K labels, of which each pixel shows a wrong one with probability eps, all wrong ones
 * alike. It is bounded by {@code -log(eps / (K-1))}, so a pixel whose label the network firmly
 * rejects costs little more than one it doubts, and hardly pulls. Its least value, for a network
 * that is sure of all labels, is {@code -log(1 - eps)}. With eps 0 it is {@link
 * PartialCrossEntropy}; with the highest eps, {@code (K-1) / K}, labels tell nothing and gradients
 * are 0.
 *
 * <p>Meant for labels that a graph cut has proposed. Source of the idea: Marin and Boykov,
 * <em>Robust Trust Region for Weakly Supervised Segmentation</em>, ICCV 2021.
 */
public final class RobustCrossEntropy extends SegmentationLoss {

    private final double epsilon;

    private RobustCrossEntropy(double epsilon) {
        super("RobustCrossEntropy");
        this.epsilon = epsilon;
    }

    /**
     * Returns the loss.
     *
     * @param epsilon the probability of a wrong label, from 0 to {@code (K-1) / K} for K labels
     * @return the loss
     * @throws IllegalArgumentException if epsilon is negative, 1 or more, or NaN
     */
    public static RobustCrossEntropy of(double epsilon) {
        // How high it may be is known with the number of labels.
        require(epsilon < 1, epsilon, 1);
        return new RobustCrossEntropy(epsilon);
    }

    /**
     * Computes the loss.
     *
     * @param labels the labels, as {@link SegmentationLabels} says; only the scribbles are used
     * @param predictions the scores {@code (batch, labels, height, width)}
     * @return a scalar of the type of the scores, on their manager
     * @throws IllegalArgumentException if shapes or types don't fit, there are labels that the
     *     network does not score, or epsilon is too high for its number of labels
     */
    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        SegmentationLabels view = SegmentationLabels.of(labels);
        return mean(view.scores(predictions), view.scribbles(), epsilon);
    }

    /**
     * Returns the mean over the labelled pixels of the batch, 0 if there are none. It costs as much
     * as {@link LabelCrossEntropy#mean}.
     *
     * @param scores the scores {@code (batch, labels, height, width)}, float32 or float64; minus
     *     infinity forbids a label, and a pixel that has it costs the most that it can
     * @param labels the labels {@code (batch, height, width)}, an integer type; {@link
     *     SegmentationLabels#UNLABELLED} is left out. It may be closed before the backward pass
     * @param epsilon the probability of a wrong label, from 0 to {@code (K-1) / K} for K labels
     * @return a scalar of the type of the scores, on their manager; NaN if a score is
     * @throws IllegalArgumentException if shapes or types don't fit, there are labels that the
     *     network does not score, or epsilon is out of range
     */
    public static NDArray mean(NDArray scores, NDArray labels, double epsilon) {
        if (epsilon == 0) {
            return LabelCrossEntropy.mean(scores, labels);
        }
        return LabelledPixels.mean(
                scores,
                labels,
                (logs, constants) -> costs(logs, scores.getShape().get(1), epsilon, constants));
    }

    /** -log(a + b S) with a, b > 0 as -(log a + softplus(log S + log b - log a)). */
    private static NDArray costs(
            NDArray logs, long labels, double epsilon, CollectorConstants constants) {
        requireEpsilon(epsilon, labels);
        double a = epsilon / (labels - 1);
        if (a == 0) {
            // The noise is too small for a double, and its logarithm is not finite.
            return logs.neg();
        }
        double b = Math.max(0, 1 - labels * a);
        // If b is 0, so are softplus(-infinity) and its gradient. Torch takes z for softplus(z)
        // from 20 on, which is wrong by 2e-9 at most.
        NDArray excess =
                constants.add(logs, Math.log(b) - Math.log(a)).getNDArrayInternal().softPlus();
        return constants.add(excess, Math.log(a)).neg();
    }

    private static void requireEpsilon(double epsilon, long labels) {
        double highest = (labels - 1.0) / labels;
        // Rounding must not refuse the highest value, however it was computed.
        require(epsilon <= Math.nextUp(highest), epsilon, highest);
    }

    private static void require(boolean lowEnough, double epsilon, double highest) {
        if (!(epsilon >= 0 && lowEnough)) {
            throw new IllegalArgumentException(
                    "The probability of a wrong label is "
                            + epsilon
                            + ", but it must be from 0 to "
                            + highest
                            + ": above, labels would tell what a pixel is not.");
        }
    }
}
