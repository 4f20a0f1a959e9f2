package io.github.gradkit.adm.score;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.evaluator.Evaluator;
import io.github.gradkit.adm.data.SegmentationLabels;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The mean intersection over union of the labels with the highest scores.
 *
 * <p>Counts of pixels add up over all batches, and the score is computed of the sums; that is not
 * the mean of the scores of batches. Pixels without a label are left out, so scribbles give the
 * score on scribbled pixels only, which says little. For the usual score give full masks in place
 * of scribbles. A label that occurs neither in truth nor prediction is left out of the mean.
 *
 * <p>Scores may be of half precision. Pixels with a score of NaN count as given no label. The
 * labels of all pixels are copied from the device, a byte each.
 */
public final class MeanIoU extends Evaluator {

    private final Map<String, Totals> totals = new ConcurrentHashMap<>();

    /** Makes the evaluator, named {@code MeanIoU}. */
    public MeanIoU() {
        this("MeanIoU");
    }

    /**
     * Makes the evaluator.
     *
     * @param name the name for metrics
     */
    public MeanIoU(String name) {
        super(name);
    }

    /**
     * Scores a batch by itself.
     *
     * @param labels the labels, as {@link SegmentationLabels} says; only the scribbles are used
     * @param predictions the scores {@code (batch, labels, height, width)}
     * @return a float32 scalar, on the manager of the scores; NaN if no pixel has a label
     * @throws IllegalArgumentException if shapes or types don't fit, or there are labels that the
     *     network does not score
     */
    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        float value = (float) confusion(labels, predictions).meanIntersectionOverUnion();
        return predictions.head().getManager().create(value);
    }

    /**
     * Counts a batch.
     *
     * @param labels the labels, as {@link SegmentationLabels} says; only the scribbles are used
     * @param predictions the scores {@code (batch, labels, height, width)}; no array is left
     * @return the counts
     * @throws IllegalArgumentException if shapes or types don't fit, or there are labels that the
     *     network does not score
     */
    public static ConfusionMatrix confusion(NDList labels, NDList predictions) {
        SegmentationLabels view = SegmentationLabels.of(labels);
        try (NDManager scope = view.scribbles().getManager().newSubManager()) {
            NDArray scores = view.scores(widened(predictions, scope));
            int[] truth = truth(view.scribbles());
            byte[] given = given(scores);
            ConfusionMatrix matrix = new ConfusionMatrix(Math.toIntExact(scores.getShape().get(1)));
            for (int pixel = 0; pixel < truth.length; pixel++) {
                matrix.add(truth[pixel], Byte.toUnsignedInt(given[pixel]));
            }
            return matrix;
        }
    }

    /** Returns scores of half precision as float32: sums are not needed, so their order will do. */
    private static NDList widened(NDList predictions, NDManager scope) {
        NDList wide = new NDList();
        for (NDArray scores : predictions) {
            DataType type = scores.getDataType();
            if (type == DataType.FLOAT16 || type == DataType.BFLOAT16) {
                NDArray converted = scores.toType(DataType.FLOAT32, true);
                converted.attach(scope);
                wide.add(converted);
            } else {
                wide.add(scores);
            }
        }
        return wide;
    }

    private static int[] truth(NDArray scribbles) {
        try (NDManager scope = scribbles.getManager().newSubManager()) {
            NDArray own = scribbles.stopGradient();
            own.attach(scope);
            return own.toType(DataType.INT32, true).toIntArray();
        }
    }

    private static byte[] given(NDArray scores) {
        try (NDManager scope = scores.getManager().newSubManager()) {
            NDArray own = scores.stopGradient();
            own.attach(scope);
            NDArray best = own.argMax(1);
            // The maximum of numbers with NaN among them is NaN.
            NDArray broken = own.max(new int[] {1}).isNaN().toType(DataType.INT64, true);
            NDArray known = best.mul(broken.neg().add(1));
            NDArray label = known.add(broken.mul(SegmentationLabels.UNLABELLED));
            return label.toType(DataType.UINT8, true).toByteArray();
        }
    }

    /** {@inheritDoc} */
    @Override
    public void addAccumulator(String key) {
        totals.put(key, new Totals(null));
    }

    /** {@inheritDoc} */
    @Override
    public void updateAccumulator(String key, NDList labels, NDList predictions) {
        updateAccumulators(new String[] {key}, labels, predictions);
    }

    /** {@inheritDoc} */
    @Override
    public void updateAccumulators(String[] keys, NDList labels, NDList predictions) {
        ConfusionMatrix batch = confusion(labels, predictions);
        for (String key : keys) {
            require(key);
            totals.computeIfPresent(key, (k, sum) -> sum.plus(batch));
        }
    }

    /** {@inheritDoc} */
    @Override
    public void resetAccumulator(String key) {
        totals.computeIfPresent(key, (k, sum) -> new Totals(null));
    }

    /**
     * Returns the score of all batches since the last reset.
     *
     * @param key the accumulator's key
     * @return from 0 to 1; NaN if no labelled pixel was seen
     * @throws IllegalArgumentException if there is no such accumulator
     */
    @Override
    public float getAccumulator(String key) {
        ConfusionMatrix matrix = require(key).matrix();
        return matrix == null ? Float.NaN : (float) matrix.meanIntersectionOverUnion();
    }

    private Totals require(String key) {
        Totals found = totals.get(key);
        if (found == null) {
            throw new IllegalArgumentException(
                    "There is no accumulator \""
                            + key
                            + "\". Add it first with addAccumulator, as"
                            + " EvaluatorTrainingListener does.");
        }
        return found;
    }

    /** The counts of the batches so far. The first batch tells the number of labels. */
    private record Totals(@Nullable ConfusionMatrix matrix) {

        Totals plus(ConfusionMatrix batch) {
            ConfusionMatrix sum = new ConfusionMatrix(batch.labels());
            if (matrix != null) {
                sum.add(matrix);
            }
            sum.add(batch);
            return new Totals(sum);
        }
    }
}
