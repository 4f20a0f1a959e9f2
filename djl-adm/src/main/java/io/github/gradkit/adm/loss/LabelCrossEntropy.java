package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;

/** The cross entropy of a segmentation against one label a pixel. */
public final class LabelCrossEntropy {

    private LabelCrossEntropy() {}

    /**
     * Returns the mean of {@code -log S(label)} over the labelled pixels of the batch, S being the
     * softmax of the scores. It is 0 if the network is sure of all labels, and 0 with gradients of
     * 0 if no pixel has a label.
     *
     * <p>For a labelling X taken as one distribution a pixel, it is also the mean divergence KL(X
     * || S). The lowest and the highest label are read, which waits for the device; nothing else is
     * copied. It takes memory for two arrays of the size of the scores until the backward pass.
     *
     * @param scores the scores {@code (batch, labels, height, width)}, float32 or float64; minus
     *     infinity forbids a label, and a pixel that has it costs infinity
     * @param labels the labels {@code (batch, height, width)}, an integer type; {@link
     *     io.github.gradkit.adm.data.SegmentationLabels#UNLABELLED} is left out. It may be closed
     *     before the backward pass
     * @return a scalar of the type of the scores, on their manager; NaN if a score is
     * @throws IllegalArgumentException if shapes or types don't fit, or there are labels that the
     *     network does not score
     */
    public static NDArray mean(NDArray scores, NDArray labels) {
        return LabelledPixels.mean(scores, labels, (logs, constants) -> logs.neg());
    }
}
