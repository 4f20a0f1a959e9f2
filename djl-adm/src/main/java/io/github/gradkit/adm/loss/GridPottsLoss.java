package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.gradkit.adm.data.SegmentationLabels;
import java.util.ArrayList;
import java.util.List;

/**
 * The Potts energy of neighbours, relaxed to probabilities: the sum over pairs of neighbours of
 * their weight times {@linkplain Relaxation what the pair costs}, divided by the number of pixels
 * of the batch.
 *
 * <p>Each pair counts once; the weights tell whether a pixel has four or eight neighbours. The
 * number of pixels counts padding too. The loss is 0 or more, and 0 if the network is sure of one
 * label everywhere. A network that is sure everywhere gets the energy of its labelling, as {@link
 * io.github.gradkit.adm.cut.PottsEnergy} counts it, per pixel.
 *
 * <p>For gradient descent on the energy that graph cuts minimise. Takes time and memory for about
 * three arrays of the size of the scores for each direction.
 *
 * <p>Source: Marin, Tang, Ben Ayed, Boykov, <em>Beyond Gradient Descent for Regularized
 * Segmentation Losses</em>, CVPR 2019. Published code divides by other numbers (of pairs, or of
 * images) and leaves out constants, so weights of losses can't be taken over from there unchanged.
 */
public final class GridPottsLoss extends SegmentationLoss {

    private static final int[] IMAGE = {1, 2};

    private final Relaxation relaxation;

    private GridPottsLoss(Relaxation relaxation) {
        super("GridPottsLoss");
        this.relaxation = relaxation;
    }

    /**
     * Returns the loss.
     *
     * @param relaxation what a pair of doubtful pixels costs
     * @return the loss
     */
    public static GridPottsLoss of(Relaxation relaxation) {
        return new GridPottsLoss(relaxation);
    }

    /**
     * Computes the loss.
     *
     * @param labels the labels, as {@link SegmentationLabels} says; only the weights are used
     * @param predictions the scores {@code (batch, labels, height, width)}
     * @return a scalar of the type of the scores, on their manager; NaN if a score is
     * @throws IllegalArgumentException if shapes or types don't fit, or there are no weights
     */
    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        SegmentationLabels view = SegmentationLabels.of(labels);
        NDArray scores = view.scores(predictions);
        NDArray weights = view.weights();
        try (LossScope scope = LossScope.of(scores)) {
            NDArray segmentation = scope.view(scores).softmax(1);
            NDArray energies = energies(relaxation, segmentation, weights, scope);
            double pixels = (double) view.batch() * view.height() * view.width();
            return scope.keep(scope.constants().div(energies.sum(), pixels));
        }
    }

    /**
     * Returns the energy of each image, without building a graph: the sum over pairs of the weight
     * times what the pair costs, not divided by anything.
     *
     * @param relaxation what a pair of doubtful pixels costs
     * @param segmentation the probabilities of labels {@code (batch, labels, height, width)},
     *     float32 or float64: a softmax, or 1 for a pixel's label and 0 for others
     * @param weights the weights {@code (batch, directions, height, width)}
     * @return one energy for each image
     * @throws IllegalArgumentException if a shape or the segmentation's type is wrong, or the two
     *     don't fit
     */
    public static double[] energies(Relaxation relaxation, NDArray segmentation, NDArray weights) {
        requireFit(segmentation, weights);
        LossScope.requirePrecise("segmentation", segmentation);
        try (LossScope scope = LossScope.of(segmentation)) {
            NDArray values = scope.constant(segmentation);
            NDArray energies = energies(relaxation, values, weights, scope);
            Number[] numbers = energies.toArray();
            double[] result = new double[numbers.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = numbers[i].doubleValue();
            }
            return result;
        }
    }

    private static void requireFit(NDArray segmentation, NDArray weights) {
        long[] s = segmentation.getShape().getShape();
        long[] w = weights.getShape().getShape();
        boolean fit =
                s.length == 4
                        && w.length == 4
                        && s[0] == w[0]
                        && s[2] == w[2]
                        && s[3] == w[3]
                        && (w[1] == 2 || w[1] == 4);
        if (!fit) {
            throw new IllegalArgumentException(
                    "A segmentation of shape "
                            + segmentation.getShape()
                            + " and weights of shape "
                            + weights.getShape()
                            + " don't fit: they are (batch, labels, height, width) and (batch, 2"
                            + " or 4 directions, height, width).");
        }
    }

    /** Returns the energy of each image, (batch). */
    private static NDArray energies(
            Relaxation relaxation, NDArray segmentation, NDArray weights, LossScope scope) {
        NDArray typed = scope.copy(weights, segmentation.getDataType());
        List<NDArray> parts = new ArrayList<>();
        for (Shift shift : Shift.of(typed)) {
            NDArray costs =
                    relaxation.costs(
                            segmentation.get(shift.first()),
                            segmentation.get(shift.second()),
                            scope.constants());
            parts.add(costs.mul(typed.get(shift.weights())).sum(IMAGE));
        }
        // An image of one pixel has no pairs, but its loss must have a gradient all the same.
        return parts.stream()
                .reduce(NDArray::add)
                .orElseGet(() -> scope.constants().mul(segmentation.sum(new int[] {1, 2, 3}), 0));
    }
}
