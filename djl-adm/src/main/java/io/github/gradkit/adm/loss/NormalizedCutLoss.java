package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import io.github.gradkit.adm.data.SegmentationLabels;

/**
 * The normalised cut in its relaxed form: the sum over labels k of {@code S_k' A (1 - S_k) / (d'
 * S_k)} with {@linkplain GaussianAffinity affinities} A of all pairs of pixels and {@code d = A 1},
 * the mean over the images of the batch. Padding is left out.
 *
 * <p>For each label it is the share of its affinity that leads to other labels, from 0 to 1, and so
 * does not favour small segments or large ones. With K labels the loss is from 0 to K. It is 0 if
 * every label has pixels that are like no pixel of another label. A label without pixels counts 1,
 * which is where the term goes when its probabilities go to 0: one label everywhere costs K - 1, as
 * much as all labels alike.
 *
 * <p>The images must be the fourth array of the labels. A pixel whose pairs all weigh 0 counts as
 * padding, but not if no pair of its image weighs more. Costs what {@link GaussianAffinity#sums}
 * costs for one value a label and one more. Evaluators of a training step get the value that is
 * known, so nothing is summed twice.
 *
 * <p>Source: Tang et al., <em>On Regularized Losses for Weakly-supervised CNN Segmentation</em>,
 * ECCV 2018.
 */
public final class NormalizedCutLoss extends SegmentationLoss {

    private static final int[] PIXELS = {2, 3};

    private final GaussianAffinity affinity;

    private NormalizedCutLoss(GaussianAffinity affinity) {
        super("NormalizedCutLoss");
        this.affinity = affinity;
    }

    /**
     * Returns the loss.
     *
     * @param affinity how alike pixels are
     * @return the loss
     */
    public static NormalizedCutLoss of(GaussianAffinity affinity) {
        return new NormalizedCutLoss(affinity);
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
        int count = Math.toIntExact(scores.getShape().get(1));
        try (LossScope scope = LossScope.of(scores)) {
            NDArray inside = Inside.of(scope.constant(view.weights()), scores.getDataType());
            NDArray segmentation = scope.view(scores).softmax(1).mul(inside);
            NDArray values = scope.constant(segmentation);
            NDArray sums = affinity.sums(images, NDArrays.concat(new NDList(values, inside), 1));
            NDArray degrees = sums.get(":, " + count + ":");
            NDArray within =
                    scope.twiceTheGradient(segmentation.mul(sums.get(":, :" + count)).sum(PIXELS));
            NDArray all = segmentation.mul(degrees).sum(PIXELS);
            // A label of probability 0 everywhere has 0 / 0, and counts 1 with the bound.
            NDArray share = within.div(scope.constants().maximum(all, Float.MIN_NORMAL));
            NDArray cut = scope.constants().add(share.sum(new int[] {1}).neg(), count);
            NDArray cost = cut.mean();
            remember(labels, predictions, cost);
            return scope.keep(cost);
        }
    }
}
