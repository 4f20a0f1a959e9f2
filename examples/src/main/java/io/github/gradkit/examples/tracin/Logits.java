package io.github.gradkit.examples.tracin;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The outputs of a classifier before the softmax.
 *
 * @param values for each example one value per class
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record Logits(float[][] values) {

    boolean areFinite() {
        return Arrays.stream(values)
                .allMatch(
                        row ->
                                IntStream.range(0, row.length)
                                        .allMatch(c -> Float.isFinite(row[c])));
    }

    /** Returns the class with the highest probability, the lowest one of equals. */
    int predicted(int example) {
        float[] row = values[example];
        int best = 0;
        for (int c = 1; c < row.length; c++) {
            if (row[c] > row[best]) {
                best = c;
            }
        }
        return best;
    }

    /** Returns the cross-entropy of a label. */
    double loss(int example, int label) {
        float[] row = values[example];
        double max = row[predicted(example)];
        double sum = 0;
        for (float value : row) {
            sum += Math.exp(value - max);
        }
        return Math.log(sum) + max - row[label];
    }

    /** Returns how far the best other class is above a label; negative if the label is best. */
    double negativeMargin(int example, int label) {
        float[] row = values[example];
        double other = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < row.length; c++) {
            if (c != label) {
                other = Math.max(other, row[c]);
            }
        }
        return other - row[label];
    }

    double[] losses(int[] labels) {
        double[] losses = new double[labels.length];
        Arrays.setAll(losses, i -> loss(i, labels[i]));
        return losses;
    }

    double[] negativeMargins(int[] labels) {
        double[] margins = new double[labels.length];
        Arrays.setAll(margins, i -> negativeMargin(i, labels[i]));
        return margins;
    }

    double accuracy(int[] labels) {
        long right =
                IntStream.range(0, labels.length).filter(i -> predicted(i) == labels[i]).count();
        return (double) right / labels.length;
    }
}
