package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.gradkit.adm.data.SegmentationLabels;

/**
 * The cross entropy of the labelled pixels: the mean of {@code -log S(label)} over all pixels of
 * the batch that have a label.
 *
 * <p>An image with many labelled pixels counts for more than one with few. The loss is 0 if the
 * network is sure of all labels, and 0 with gradients of 0 if there is no label; note that {@link
 * ai.djl.training.Trainer#step()} refuses gradients that are all 0 in its first step.
 *
 * <p>Source: Tang et al., <em>On Regularized Losses for Weakly-supervised CNN Segmentation</em>,
 * ECCV 2018.
 */
public final class PartialCrossEntropy extends SegmentationLoss {

    /** Makes the loss, named {@code PartialCrossEntropy}. */
    public PartialCrossEntropy() {
        this("PartialCrossEntropy");
    }

    /**
     * Makes the loss.
     *
     * @param name the name for metrics
     */
    public PartialCrossEntropy(String name) {
        super(name);
    }

    /**
     * Computes the loss. See {@link LabelCrossEntropy#mean}.
     *
     * @param labels the labels, as {@link SegmentationLabels} says; only the scribbles are used
     * @param predictions the scores {@code (batch, labels, height, width)}
     * @return a scalar of the type of the scores, on their manager
     * @throws IllegalArgumentException if shapes or types don't fit, or there are labels that the
     *     network does not score
     */
    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        SegmentationLabels view = SegmentationLabels.of(labels);
        return LabelCrossEntropy.mean(view.scores(predictions), view.scribbles());
    }
}
