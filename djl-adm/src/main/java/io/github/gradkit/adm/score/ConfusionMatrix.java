package io.github.gradkit.adm.score;

import io.github.gradkit.adm.data.SegmentationLabels;

/**
 * How often each label was taken for each other one. Counts add up over images.
 *
 * <p>Pixels without a true label are left out. A pixel with a true label but no predicted one is a
 * miss of the true label and nobody's mistake. Takes 8 bytes for each pair of labels. Not safe for
 * use by several threads.
 */
public final class ConfusionMatrix {

    private final int labels;
    private final long[][] counts;
    private final long[] missed;

    /**
     * Makes a matrix without counts.
     *
     * @param labels the number of labels, from 1 to 255
     * @throws IllegalArgumentException if the number is out of range
     */
    public ConfusionMatrix(int labels) {
        if (labels < 1 || labels > SegmentationLabels.UNLABELLED) {
            throw new IllegalArgumentException(
                    "There are 1 to 255 labels, not "
                            + labels
                            + ": 255 itself stands for a pixel without a label.");
        }
        this.labels = labels;
        this.counts = new long[labels][labels];
        this.missed = new long[labels];
    }

    /**
     * Returns the number of labels.
     *
     * @return from 1 to 255
     */
    public int labels() {
        return labels;
    }

    /**
     * Counts a pixel.
     *
     * @param truth its label, or {@link SegmentationLabels#UNLABELLED}, which counts nothing
     * @param prediction the label it was given, or {@link SegmentationLabels#UNLABELLED}
     * @throws IllegalArgumentException if there is no such label
     */
    public void add(int truth, int prediction) {
        checkLabel("true", truth);
        checkLabel("predicted", prediction);
        if (truth == SegmentationLabels.UNLABELLED) {
            return;
        }
        if (prediction == SegmentationLabels.UNLABELLED) {
            missed[truth]++;
        } else {
            counts[truth][prediction]++;
        }
    }

    private void checkLabel(String kind, int label) {
        if ((label < 0 || label >= labels) && label != SegmentationLabels.UNLABELLED) {
            throw new IllegalArgumentException(
                    "A pixel has the "
                            + kind
                            + " label "
                            + label
                            + ", but labels are 0 to "
                            + (labels - 1)
                            + ", or 255 for none.");
        }
    }

    /**
     * Adds the counts of another matrix.
     *
     * @param other a matrix of as many labels; stays as it is
     * @throws IllegalArgumentException if the numbers of labels differ
     */
    public void add(ConfusionMatrix other) {
        if (other.labels != labels) {
            throw new IllegalArgumentException(
                    "A matrix of "
                            + other.labels
                            + " labels can't be added to one of "
                            + labels
                            + ".");
        }
        for (int truth = 0; truth < labels; truth++) {
            for (int prediction = 0; prediction < labels; prediction++) {
                counts[truth][prediction] += other.counts[truth][prediction];
            }
            missed[truth] += other.missed[truth];
        }
    }

    /**
     * Returns how many pixels of one label were given another.
     *
     * @param truth their label
     * @param prediction the label they were given
     * @return a number of pixels
     * @throws IndexOutOfBoundsException if there is no such label
     */
    public long count(int truth, int prediction) {
        return counts[truth][prediction];
    }

    /**
     * Returns how many pixels were counted.
     *
     * @return the number of pixels with a true label
     */
    public long total() {
        long sum = 0;
        for (int label = 0; label < labels; label++) {
            sum += trueCount(label);
        }
        return sum;
    }

    private long trueCount(int label) {
        long sum = missed[label];
        for (long count : counts[label]) {
            sum += count;
        }
        return sum;
    }

    private long predictedCount(int label) {
        long sum = 0;
        for (long[] row : counts) {
            sum += row[label];
        }
        return sum;
    }

    /**
     * Returns the intersection over union of a label: the pixels that have it in truth and
     * prediction, divided by those that have it in either.
     *
     * @param label the label
     * @return from 0 to 1; NaN if no counted pixel has it in either
     * @throws IndexOutOfBoundsException if there is no such label
     */
    public double intersectionOverUnion(int label) {
        long intersection = counts[label][label];
        long union = trueCount(label) + predictedCount(label) - intersection;
        return union == 0 ? Double.NaN : (double) intersection / union;
    }

    /**
     * Returns the mean intersection over union of all labels that occur in truth or prediction.
     *
     * @return from 0 to 1; NaN if no pixel was counted
     */
    public double meanIntersectionOverUnion() {
        double sum = 0;
        int present = 0;
        for (int label = 0; label < labels; label++) {
            double value = intersectionOverUnion(label);
            if (!Double.isNaN(value)) {
                sum += value;
                present++;
            }
        }
        return present == 0 ? Double.NaN : sum / present;
    }

    /**
     * Returns the share of counted pixels that were given their true label.
     *
     * @return from 0 to 1; NaN if no pixel was counted
     */
    public double pixelAccuracy() {
        long right = 0;
        for (int label = 0; label < labels; label++) {
            right += counts[label][label];
        }
        long total = total();
        return total == 0 ? Double.NaN : (double) right / total;
    }
}
