package io.github.gradkit.adm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.gradkit.adm.cut.Neighbourhood;
import io.github.gradkit.adm.data.SegmentationLabels;
import java.util.List;

/**
 * A batch in Java's memory: planes of scores, weights and scribbles, one after the other as in the
 * arrays they come from.
 */
final class ScoredImages {

    private final SegmentationLabels view;
    final int batch;
    final int labels;
    final int height;
    final int width;
    final int pixels;
    final Neighbourhood neighbourhood;
    final float[] scores;
    final float[] weights;
    final int[] scribbles;

    private ScoredImages(SegmentationLabels view, NDArray scores, boolean withScores) {
        this.view = view;
        this.batch = view.batch();
        this.labels = Math.toIntExact(scores.getShape().get(1));
        this.height = view.height();
        this.width = view.width();
        this.pixels = height * width;
        this.neighbourhood = view.neighbourhood();
        this.scores = withScores ? floats(scores) : new float[0];
        this.weights = floats(view.weights());
        this.scribbles = ints(view.scribbles());
    }

    static ScoredImages copy(SegmentationLabels labels, NDArray scores) {
        return new ScoredImages(labels, scores, true);
    }

    /** Leaves the scores, which are most of a batch, where they are: for images with labellings. */
    static ScoredImages copyWithoutScores(SegmentationLabels labels, NDArray scores) {
        return new ScoredImages(labels, scores, false);
    }

    /** Returns the images' numbers in the data set. */
    int[] indices() {
        return ints(view.indices());
    }

    /** Returns where the scores of an image and label begin. */
    int scoresAt(int image, int label) {
        return (image * labels + label) * pixels;
    }

    /** Returns where the weights of an image in a direction begin. */
    int weightsAt(int image, int direction) {
        return (image * neighbourhood.directions() + direction) * pixels;
    }

    private static float[] floats(NDArray array) {
        try (NDManager scope = array.getManager().newSubManager()) {
            return converted(array, DataType.FLOAT32, scope).toFloatArray();
        }
    }

    static int[] ints(NDArray array) {
        try (NDManager scope = array.getManager().newSubManager()) {
            return converted(array, DataType.INT32, scope).toIntArray();
        }
    }

    /** Returns a handle in a scope, which then owns what reading it leaves, such as a host copy. */
    private static NDArray converted(NDArray array, DataType type, NDManager scope) {
        NDArray converted = array.toType(type, true);
        converted.attach(scope);
        return converted;
    }

    /** Returns labellings in one array, padding as unlabelled. */
    int[] targets(List<int[]> labellings) {
        int[] targets = new int[batch * pixels];
        for (int image = 0; image < batch; image++) {
            boolean[] inside = inside(image);
            int[] labelling = labellings.get(image);
            for (int p = 0; p < pixels; p++) {
                targets[image * pixels + p] =
                        inside[p] ? labelling[p] : SegmentationLabels.UNLABELLED;
            }
        }
        return targets;
    }

    /** Tells which pixels have a neighbour that matters to them. */
    private boolean[] inside(int image) {
        boolean[] inside = new boolean[pixels];
        forEachPair(
                image,
                (p, q, weight) -> {
                    inside[p] = true;
                    inside[q] = true;
                });
        return inside;
    }

    /** What to do with a pair of neighbours that has a weight. */
    @FunctionalInterface
    interface PairVisitor {
        void visit(int first, int second, float weight);
    }

    /** Visits the pairs of neighbours in an image whose weight is not 0. */
    void forEachPair(int image, PairVisitor visitor) {
        for (int k = 0; k < neighbourhood.directions(); k++) {
            int from = weightsAt(image, k);
            int step = neighbourhood.dy(k) * width + neighbourhood.dx(k);
            for (int y = 0, p = 0; y < height; y++) {
                for (int x = 0; x < width; x++, p++) {
                    float weight = weights[from + p];
                    if (weight != 0 && neighbourhood.leadsInside(k, x, y, width, height)) {
                        visitor.visit(p, p + step, weight);
                    }
                }
            }
        }
    }
}
