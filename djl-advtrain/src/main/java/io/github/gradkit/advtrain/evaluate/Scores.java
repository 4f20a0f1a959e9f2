package io.github.gradkit.advtrain.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.gradkit.advtrain.attack.Scorer;
import io.github.gradkit.advtrain.internal.Predictions;
import java.util.Arrays;

/** Scores on the Java side, with at least two classes. */
final class Scores {

    private final double[][] rows;
    private final Predictions predictions;
    private final boolean oneLogit;

    private Scores(double[][] rows, boolean oneLogit) {
        this.rows = rows;
        this.oneLogit = oneLogit;
        double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        predictions = new Predictions(flat, rows[0].length);
    }

    /** Asks the scorer. */
    static Scores of(Scorer scorer, NDArray inputs) {
        int batch = Math.toIntExact(inputs.getShape().get(0));
        double[] values;
        try (NDArray scores = scorer.score(inputs);
                NDArray wide = scores.toType(DataType.FLOAT64, true)) {
            values = wide.toDoubleArray();
        }
        if (values.length == 0 || values.length % batch != 0) {
            throw new IllegalArgumentException(
                    "The scorer returned "
                            + values.length
                            + " scores for a batch of "
                            + batch
                            + ". It must return a row of scores for each example, (batch, classes),"
                            + " or one logit, (batch, 1).");
        }
        int width = values.length / batch;
        double[][] rows = new double[batch][Math.max(2, width)];
        for (int i = 0; i < batch; i++) {
            System.arraycopy(values, i * width, rows[i], rows[i].length - width, width);
        }
        return new Scores(rows, width == 1);
    }

    int size() {
        return rows.length;
    }

    int classes() {
        return rows[0].length;
    }

    /** Tells whether the model returned a single logit, which has become the scores 0 and z. */
    boolean isOneLogit() {
        return oneLogit;
    }

    double[] row(int i) {
        return rows[i];
    }

    /** Returns the class with the highest score, the first of equals, or -1 if there is none. */
    int predicted(int i) {
        return predictions.isValid(i) ? predictions.predicted(i) : -1;
    }

    /** Returns the score of the label minus the best other score. */
    double margin(int i, int label) {
        if (label >= classes()) {
            throw new IllegalArgumentException(
                    "A label is "
                            + label
                            + ", but the model tells only "
                            + classes()
                            + " classes apart. Check that model and data set belong together.");
        }
        return predictions.margin(i, label);
    }

    /** Returns the largest Euclidean distance between the rows of two answers. */
    double distance(Scores other) {
        double largest = 0;
        for (int i = 0; i < rows.length; i++) {
            double sum = 0;
            for (int c = 0; c < rows[i].length; c++) {
                double difference = rows[i][c] - other.rows[i][c];
                // Two answers that are equally infinite or not a number don't differ.
                sum +=
                        Double.compare(rows[i][c], other.rows[i][c]) == 0
                                ? 0
                                : difference * difference;
            }
            largest = Double.isNaN(sum) ? Double.POSITIVE_INFINITY : Math.max(largest, sum);
        }
        return Math.sqrt(largest);
    }

    /** Returns the largest absolute score that is a finite number. */
    double largest() {
        double largest = 0;
        for (double[] row : rows) {
            for (double score : row) {
                largest = Double.isFinite(score) ? Math.max(largest, Math.abs(score)) : largest;
            }
        }
        return largest;
    }
}
