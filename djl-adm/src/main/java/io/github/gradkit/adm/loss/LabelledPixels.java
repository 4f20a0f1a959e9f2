package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import io.github.gradkit.adm.data.SegmentationLabels;
import io.github.gradkit.support.gradient.CollectorConstants;

/** Averages over the labelled pixels of a batch. */
final class LabelledPixels {

    private LabelledPixels() {}

    /** What a pixel costs, by the log of the probability of its label. */
    @FunctionalInterface
    interface Cost {

        NDArray of(NDArray logProbabilities, CollectorConstants constants);
    }

    /** Returns the mean cost, 0 if no pixel has a label, on the manager of the scores. */
    static NDArray mean(NDArray scores, NDArray labels, Cost cost) {
        SegmentationLabels.of(new NDList(labels)).scores(new NDList(scores));
        try (LossScope scope = LossScope.of(scores)) {
            NDArray numbers = scope.constant(labels).toType(DataType.INT64, true).expandDims(1);
            NDArray labelled = numbers.neq(SegmentationLabels.UNLABELLED);
            // An unlabelled pixel counts 0 times. It looks up its best label, whose logarithm is
            // finite: that of a forbidden label is not, and 0 times infinity is NaN.
            NDArray best = scope.constant(scores).argMax(1).expandDims(1);
            NDArray known = NDArrays.where(labelled, numbers, best);
            requireLabels(known, scores.getShape().get(1));
            NDArray mask = labelled.toType(scores.getDataType(), true);
            NDArray picked = scope.view(scores).logSoftmax(1).gather(known, 1);
            NDArray sum = cost.of(picked, scope.constants()).mul(mask).sum();
            return scope.keep(sum.div(scope.constants().maximum(mask.sum(), 1)));
        }
    }

    private static void requireLabels(NDArray known, long labels) {
        long highest = known.max().getLong();
        long lowest = known.min().getLong();
        if (highest >= labels || lowest < 0) {
            throw new IllegalArgumentException(
                    "A pixel has label "
                            + (lowest < 0 ? lowest : highest)
                            + ", but the network scores "
                            + labels
                            + " labels, 0 to "
                            + (labels - 1)
                            + ". Give the network one output channel for each label; pixels"
                            + " without a label are "
                            + SegmentationLabels.UNLABELLED
                            + ".");
        }
    }
}
