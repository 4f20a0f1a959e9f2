package io.github.gradkit.adm.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.adm.cut.Neighbourhood;
import io.github.gradkit.adm.cut.PottsEnergy;

/**
 * The labels of a batch, as the losses of this module expect them.
 *
 * <p>The list holds three or four arrays in this order. A loss that needs only the first accepts a
 * list that ends there.
 *
 * <ol>
 *   <li>scribbles {@code (batch, height, width)}, an integer type: a label for each pixel, or
 *       {@link #UNLABELLED}. A full mask is a scribble that covers everything.
 *   <li>weights {@code (batch, directions, height, width)}, floating: how much it costs to part a
 *       pixel from its neighbour in each direction of a {@link Neighbourhood}, 0 or more. Weights
 *       of pairs that lead out of the image, or into its padding, are 0. So a pixel whose pairs all
 *       weigh 0 counts as padding.
 *   <li>indices {@code (batch)}, an integer type: the numbers of the images in the data set.
 *   <li>images {@code (batch, channels, height, width)}, floating, with colours from 0 to 1: for
 *       losses that compare pixels other than neighbours.
 * </ol>
 */
public final class SegmentationLabels {

    /** Stands for a pixel without a label. */
    public static final int UNLABELLED = PottsEnergy.UNLABELLED;

    private final NDArray scribbles;
    private final NDList list;

    private SegmentationLabels(NDList list) {
        this.scribbles = list.head();
        this.list = list;
    }

    /**
     * Looks at the labels of a batch and checks their shapes. Their values are not read.
     *
     * @param labels the labels, one to four arrays
     * @return a view; it owns nothing
     * @throws IllegalArgumentException if there are more arrays or none, or one has the wrong shape
     *     or type
     */
    public static SegmentationLabels of(NDList labels) {
        require(
                !labels.isEmpty() && labels.size() <= 4,
                "Labels are scribbles, weights, indices and images, but there are "
                        + labels.size()
                        + " arrays. See ScribbleDataset, which makes them.");
        SegmentationLabels view = new SegmentationLabels(labels);
        requireShape("scribbles", view.scribbles, "(batch, height, width)", 3);
        requireInteger("scribbles", view.scribbles);
        if (labels.size() > 1) {
            view.checkWeights();
        }
        if (labels.size() > 2) {
            view.checkIndices();
        }
        if (labels.size() > 3) {
            view.checkImages();
        }
        return view;
    }

    /**
     * Returns all arrays.
     *
     * @return the list that was looked at, the scribbles first
     */
    public NDList list() {
        return list;
    }

    /**
     * Returns the labels of scribbled pixels.
     *
     * @return shape {@code (batch, height, width)}, owned by the batch
     */
    public NDArray scribbles() {
        return scribbles;
    }

    /**
     * Returns the number of images.
     *
     * @return 1 or more
     */
    public int batch() {
        return side(0);
    }

    /**
     * Returns the number of rows.
     *
     * @return 1 or more
     */
    public int height() {
        return side(1);
    }

    /**
     * Returns the number of columns.
     *
     * @return 1 or more
     */
    public int width() {
        return side(2);
    }

    private int side(int axis) {
        return Math.toIntExact(scribbles.getShape().get(axis));
    }

    /**
     * Returns the weights of neighbours.
     *
     * @return shape {@code (batch, directions, height, width)}, owned by the batch
     * @throws IllegalArgumentException if the labels hold none
     */
    public NDArray weights() {
        require(
                list.size() > 1,
                "The labels hold scribbles only, but the weights of neighbours are needed too. Add"
                        + " ContrastWeights of the images as the second array of the labels, as"
                        + " ScribbleDataset does.");
        return list.get(1);
    }

    /**
     * Returns the numbers of the images in the data set.
     *
     * @return shape {@code (batch)}, owned by the batch
     * @throws IllegalArgumentException if the labels hold none
     */
    public NDArray indices() {
        require(
                list.size() > 2,
                "The labels don't tell which images of the data set they belong to. Add their"
                        + " indices as the third array of the labels, as ScribbleDataset does.");
        return list.get(2);
    }

    /**
     * Returns the images, for losses that look at colours.
     *
     * @return shape {@code (batch, channels, height, width)}, owned by the batch
     * @throws IllegalArgumentException if the labels hold none
     */
    public NDArray images() {
        require(
                list.size() > 3,
                "This loss compares colours, but a loss never sees the input of the network, and"
                        + " the labels don't hold it. Add the images, with colours from 0 to 1, as"
                        + " the fourth array of the labels.");
        return list.get(3);
    }

    /**
     * Returns which pixels make pairs.
     *
     * @return told by the number of directions in the weights
     * @throws IllegalArgumentException if the labels hold no weights
     */
    public Neighbourhood neighbourhood() {
        return weights().getShape().get(1) == 2 ? Neighbourhood.FOUR : Neighbourhood.EIGHT;
    }

    /**
     * Checks that predictions fit these labels.
     *
     * @param predictions the scores of a network
     * @return the scores, {@code (batch, labels, height, width)}, float32 or float64
     * @throws IllegalArgumentException if there is not one array, its shape does not fit, or it is
     *     of another type: half precision rounds the sum over pixels of an image away, and whole
     *     numbers have no gradient
     */
    public NDArray scores(NDList predictions) {
        require(
                predictions.size() == 1,
                "The network has "
                        + predictions.size()
                        + " outputs, but a segmentation is one array of scores.");
        NDArray scores = predictions.head();
        Shape shape = scores.getShape();
        requireShape("scores", scores, "(batch, labels, height, width)", 4);
        require(
                shape.get(0) == batch() && shape.get(2) == height() && shape.get(3) == width(),
                "The network's scores have shape "
                        + shape
                        + ", the scribbles "
                        + scribbles.getShape()
                        + ". Batch, height and width must be the same: if the network's output is"
                        + " smaller than its input, upsample it in the network.");
        requirePrecise(scores.getDataType());
        require(
                shape.get(1) >= 2 && shape.get(1) <= UNLABELLED,
                "The network scores "
                        + shape.get(1)
                        + " labels. There are 2 to 255: 255 itself stands for no label.");
        return scores;
    }

    private static void requirePrecise(DataType type) {
        require(
                type == DataType.FLOAT32 || type == DataType.FLOAT64,
                "The network's scores are of type "
                        + type
                        + ", but must be float32 or float64: half precision can't hold sums over"
                        + " the pixels of an image, and whole numbers have no gradient. Train the"
                        + " network in float32; scores that are only measured may be converted"
                        + " with toType(DataType.FLOAT32, false).");
    }

    private void checkWeights() {
        NDArray weights = list.get(1);
        Shape shape = weights.getShape();
        requireShape("weights", weights, "(batch, directions, height, width)", 4);
        require(
                weights.getDataType().isFloating(),
                "The weights are of type " + weights.getDataType() + ", not floating.");
        require(
                (shape.get(1) == 2 || shape.get(1) == 4)
                        && shape.get(0) == batch()
                        && shape.get(2) == height()
                        && shape.get(3) == width(),
                "The weights have shape "
                        + shape
                        + ", but for scribbles of shape "
                        + scribbles.getShape()
                        + " it is (batch, directions, height, width) with 2 or 4 directions.");
    }

    private void checkIndices() {
        NDArray indices = list.get(2);
        requireShape("indices", indices, "(batch)", 1);
        requireInteger("indices", indices);
        require(
                indices.getShape().get(0) == batch(),
                "There are "
                        + indices.getShape().get(0)
                        + " indices for "
                        + batch()
                        + " images. Give one for each.");
    }

    private void checkImages() {
        NDArray images = list.get(3);
        Shape shape = images.getShape();
        requireShape("images", images, "(batch, channels, height, width)", 4);
        require(
                images.getDataType().isFloating(),
                "The images are of type "
                        + images.getDataType()
                        + ", not floating. Scale their colours to 0 to 1.");
        require(
                shape.get(0) == batch() && shape.get(2) == height() && shape.get(3) == width(),
                "The images have shape "
                        + shape
                        + ", but the scribbles "
                        + scribbles.getShape()
                        + ". Batch, height and width must be the same.");
    }

    private static void requireShape(String name, NDArray array, String wanted, int dimensions) {
        require(
                array.getShape().dimension() == dimensions && array.getShape().size() > 0,
                "The "
                        + name
                        + " have shape "
                        + array.getShape()
                        + ", but it must be "
                        + wanted
                        + ", with no side of 0.");
    }

    private static void requireInteger(String name, NDArray array) {
        DataType type = array.getDataType();
        require(
                type.isInteger(),
                "The " + name + " are of type " + type + ", but numbers of labels are integers.");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
