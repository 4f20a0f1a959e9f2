package io.github.gradkit.examples.model;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The outputs of a classifier before the softmax.
 *
 * @param values for each example one value per class
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record Logits(float[][] values) {

    /**
     * Tells whether a loss can be computed.
     *
     * @return false if an output is NaN or infinite
     */
    public boolean areFinite() {
        return Arrays.stream(values)
                .allMatch(
                        row ->
                                IntStream.range(0, row.length)
                                        .allMatch(c -> Float.isFinite(row[c])));
    }

    /**
     * Returns the class with the highest probability, the lowest one of equals.
     *
     * @param example the index of the example
     * @return the class
     */
    public int predicted(int example) {
        float[] row = values[example];
        int best = 0;
        for (int c = 1; c < row.length; c++) {
            if (row[c] > row[best]) {
                best = c;
            }
        }
        return best;
    }

    /**
     * Returns the cross-entropy of a label.
     *
     * @param example the index of the example
     * @param label the label
     * @return the loss
     */
    public double loss(int example, int label) {
        float[] row = values[example];
        double max = row[predicted(example)];
        double sum = 0;
        for (float value : row) {
            sum += Math.exp(value - max);
        }
        return Math.log(sum) + max - row[label];
    }

    /**
     * Returns how far the best other class is above a label.
     *
     * @param example the index of the example
     * @param label the label
     * @return the distance; negative if the label is best
     */
    public double negativeMargin(int example, int label) {
        float[] row = values[example];
        double other = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < row.length; c++) {
            if (c != label) {
                other = Math.max(other, row[c]);
            }
        }
        return other - row[label];
    }

    /**
     * Returns the cross-entropy of one label per example.
     *
     * @param labels the labels, by example
     * @return the losses, by example
     */
    public double[] losses(int[] labels) {
        double[] losses = new double[labels.length];
        Arrays.setAll(losses, i -> loss(i, labels[i]));
        return losses;
    }

    /**
     * Returns how far the best other class is above one label per example.
     *
     * @param labels the labels, by example
     * @return the distances, by example
     */
    public double[] negativeMargins(int[] labels) {
        double[] margins = new double[labels.length];
        Arrays.setAll(margins, i -> negativeMargin(i, labels[i]));
        return margins;
    }

    /**
     * Returns how many examples have their label predicted.
     *
     * @param labels the labels, by example
     * @return the share, between 0 and 1
     */
    public double accuracy(int[] labels) {
        long right =
                IntStream.range(0, labels.length).filter(i -> predicted(i) == labels[i]).count();
        return (double) right / labels.length;
    }
}
