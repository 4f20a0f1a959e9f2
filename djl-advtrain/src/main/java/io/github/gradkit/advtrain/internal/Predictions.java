package io.github.gradkit.advtrain.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** Scores on the Java side, in double precision. */
public final class Predictions {

    private final double[] scores;
    private final int classes;

    /**
     * Takes scores.
     *
     * @param scores one row of scores for each example, row by row; not copied
     * @param classes the number of scores in a row, 2 or more
     */
    public Predictions(double[] scores, int classes) {
        this.scores = scores;
        this.classes = classes;
    }

    /**
     * Reads scores.
     *
     * @param logits {@code (batch, classes)} with 2 classes or more; left as it is
     * @return a copy
     */
    public static Predictions of(NDArray logits) {
        try (NDArray wide = logits.toType(DataType.FLOAT64, true)) {
            return new Predictions(wide.toDoubleArray(), Math.toIntExact(logits.getShape().get(1)));
        }
    }

    /**
     * Returns the number of classes.
     *
     * @return 2 or more
     */
    public int classes() {
        return classes;
    }

    /**
     * Returns a score.
     *
     * @param row the example
     * @param c the class
     * @return the score
     */
    public double score(int row, int c) {
        return scores[row * classes + c];
    }

    /**
     * Tells whether all scores of a row are numbers.
     *
     * @param row the example
     * @return false if one is NaN
     */
    public boolean isValid(int row) {
        for (int c = 0; c < classes; c++) {
            if (Double.isNaN(score(row, c))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the class with the highest score.
     *
     * @param row the example
     * @return the first of equals
     */
    public int predicted(int row) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (score(row, c) > score(row, best)) {
                best = c;
            }
        }
        return best;
    }

    /**
     * Returns how far the label is ahead.
     *
     * @param row the example
     * @param label its label
     * @return the score of the label minus the best other score
     */
    public double margin(int row, int label) {
        double other = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            if (c != label) {
                other = Math.max(other, score(row, c));
            }
        }
        return score(row, label) - other;
    }

    /**
     * Tells whether a row is classified as the label.
     *
     * @param row the example
     * @param label its label
     * @return false also if a score is NaN
     */
    public boolean isRight(int row, int label) {
        return isValid(row) && predicted(row) == label;
    }

    /**
     * Returns one of the wrong classes.
     *
     * @param row the example
     * @param label its label
     * @param rank 0 for the one with the best score, less than the number of wrong classes
     * @return the class at this rank
     */
    public int rival(int row, int label, int rank) {
        boolean[] used = new boolean[classes];
        used[label] = true;
        int best = label;
        for (int r = 0; r <= rank; r++) {
            best = -1;
            for (int c = 0; c < classes; c++) {
                if (!used[c] && (best < 0 || score(row, c) > score(row, best))) {
                    best = c;
                }
            }
            used[best] = true;
        }
        return best;
    }
}
