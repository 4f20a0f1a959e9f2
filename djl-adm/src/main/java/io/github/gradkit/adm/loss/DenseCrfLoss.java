package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.gradkit.adm.data.SegmentationLabels;

/**
 * The dense CRF energy in its bilinear form: the sum over labels k of {@code S_k' A (1 - S_k)} with
 * {@linkplain GaussianAffinity affinities} A of all pairs of pixels, divided by the number of
 * pixels of the batch. Padding is left out of both.
 *
 * <p>A pair counts in both orders, and a pixel pairs with itself too. The loss is 0 or more, and 0
 * if the network is sure of one label everywhere. It grows with the size of the image, since a
 * pixel has that many more like it. Published code has {@code -sum of S_k' A S_k} divided by the
 * number of images, which is negative and has the same gradients but for the divisor: a weight w
 * there is w times height times width here.
 *
 * <p>The images must be the fourth array of the labels. A pixel whose pairs all weigh 0 counts as
 * padding, but not if no pair of its image weighs more. Costs what {@link GaussianAffinity#sums}
 * costs for one value a label, with no graph: the gradient is twice that sum. Evaluators of a
 * training step get the value that is known, so nothing is summed twice.
 *
 * <p>Source: Tang et al., <em>On Regularized Losses for Weakly-supervised CNN Segmentation</em>,
 * ECCV 2018.
 */
public final class DenseCrfLoss extends SegmentationLoss {

    private final GaussianAffinity affinity;

    private DenseCrfLoss(GaussianAffinity affinity) {
        super("DenseCrfLoss");
        this.affinity = affinity;
    }

    /**
     * Returns the loss.
     *
     * @param affinity how alike pixels are
     * @return the loss
     */
    public static DenseCrfLoss of(GaussianAffinity affinity) {
        return new DenseCrfLoss(affinity);
    }

    /**
     * Computes the loss.
     *
     * @param labels the labels, as {@link SegmentationLabels} says; only the weights and the images
     *     are used
     * @param predictions the scores {@code (batch, labels, height, width)}
     * @return a scalar of the type of the scores, on their manager; NaN if a score is
     * @throws IllegalArgumentException if shapes or types don't fit, there are no images, or the
     *     affinity can't be computed by the method asked for
     */
    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        SegmentationLabels view = SegmentationLabels.of(labels);
        NDArray scores = view.scores(predictions);
        NDArray images = view.images();
        try (LossScope scope = LossScope.of(scores)) {
            NDArray inside = Inside.of(scope.constant(view.weights()), scores.getDataType());
            NDArray segmentation = scope.view(scores).softmax(1).mul(inside);
            NDArray rest = inside.sub(scope.constant(segmentation));
            NDArray product = segmentation.mul(affinity.sums(images, rest)).sum();
            // The gradient by S_k is 2 A (1 - S_k) - A 1. The last term is the same for all
            // labels, and a softmax passes nothing of such a gradient on.
            NDArray energy = scope.twiceTheGradient(product);
            NDArray cost = scope.constants().div(energy, Inside.count(inside));
            remember(labels, predictions, cost);
            return scope.keep(cost);
        }
    }
}
