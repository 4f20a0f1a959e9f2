package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** Scores on the Java side. */
final class Predictions {

    private final double[] scores;
    private final int classes;

    private Predictions(double[] scores, int classes) {
        this.scores = scores;
        this.classes = classes;
    }

    static Predictions of(NDArray logits) {
        try (NDArray wide = logits.toType(DataType.FLOAT64, true)) {
            return new Predictions(wide.toDoubleArray(), Math.toIntExact(logits.getShape().get(1)));
        }
    }

    int classes() {
        return classes;
    }

    double score(int row, int c) {
        return scores[row * classes + c];
    }

    /** Tells whether all scores of a row are numbers. */
    boolean isValid(int row) {
        for (int c = 0; c < classes; c++) {
            if (Double.isNaN(score(row, c))) {
                return false;
            }
        }
        return true;
    }

    /** Returns the class with the highest score, the first of equals. */
    int predicted(int row) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (score(row, c) > score(row, best)) {
                best = c;
            }
        }
        return best;
    }

    /** Returns the score of the label minus the best other score. */
    double margin(int row, int label) {
        double other = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            if (c != label) {
                other = Math.max(other, score(row, c));
            }
        }
        return score(row, label) - other;
    }

    /** Tells whether a row is classified as the label. */
    boolean isRight(int row, int label) {
        return isValid(row) && predicted(row) == label;
    }

    /** Returns the class at a rank among all but the label, 0 being the one with the best score. */
    int rival(int row, int label, int rank) {
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
