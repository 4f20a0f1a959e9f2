package io.github.gradkit.advtrain.linear;

import java.util.Arrays;

/**
 * Examples of two classes in the form the theory uses: each is multiplied by its label, so that a
 * linear model classifies it correctly if the inner product with its weights is positive.
 *
 * <p>The model has no bias. Append a feature of 1 to the examples for one, but mind that an
 * adversary may then perturb that feature as well.
 */
public final class SignedData {

    private final int size;
    private final int dimension;
    private final double[] values;

    private SignedData(int size, int dimension, double[] values) {
        this.size = size;
        this.dimension = dimension;
        this.values = values;
    }

    /**
     * Makes data of examples and labels.
     *
     * @param features one row per example; copied
     * @param labels the class of each example, -1 and 1, or 0 and 1
     * @return the examples multiplied by -1 where the label is -1 or 0
     * @throws IllegalArgumentException if there is no example or feature, the rows or labels differ
     *     in number, a value is not finite, or there are other labels
     */
    public static SignedData of(double[][] features, int[] labels) {
        if (features.length != labels.length) {
            throw new IllegalArgumentException(
                    String.format(
                            "There must be one label per example, but there are %d examples and %d"
                                    + " labels.",
                            features.length, labels.length));
        }
        int other = Arrays.stream(labels).anyMatch(label -> label == -1) ? -1 : 0;
        double[][] points = new double[features.length][];
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] != 1 && labels[i] != other) {
                throw new IllegalArgumentException(
                        String.format(
                                "The labels must be -1 and 1, or 0 and 1, but label %d is %d and"
                                    + " others are %d: the theory is about two classes. Map them to"
                                    + " one of these pairs.",
                                i, labels[i], other == 0 ? 0 : -1));
            }
            points[i] = labels[i] == 1 ? features[i] : Vectors.scaled(features[i], -1);
        }
        return ofSigned(points);
    }

    /**
     * Makes data of examples that are already multiplied by their labels.
     *
     * @param points one row per example, {@code z_i = y_i x_i}; copied
     * @return the data
     * @throws IllegalArgumentException if there is no example or feature, the rows differ in
     *     length, or a value is not finite
     */
    public static SignedData ofSigned(double[]... points) {
        if (points.length == 0 || points[0].length == 0) {
            throw new IllegalArgumentException(
                    "There must be at least one example with at least one feature, but there are "
                            + points.length
                            + " examples: no margin exists without any.");
        }
        int dimension = points[0].length;
        double[] values = new double[Math.multiplyExact(points.length, dimension)];
        for (int i = 0; i < points.length; i++) {
            Checks.length(points[i], dimension, "Example " + i);
            Checks.finite(points[i], "Example " + i);
            System.arraycopy(points[i], 0, values, i * dimension, dimension);
        }
        return new SignedData(points.length, dimension, values);
    }

    /**
     * Returns the number of examples.
     *
     * @return at least 1
     */
    public int size() {
        return size;
    }

    /**
     * Returns the number of features.
     *
     * @return at least 1
     */
    public int dimension() {
        return dimension;
    }

    /**
     * Returns one example.
     *
     * @param index the index of the example
     * @return a copy of its features, multiplied by its label
     */
    public double[] point(int index) {
        return Arrays.copyOfRange(values, index * dimension, (index + 1) * dimension);
    }

    /**
     * Returns the Euclidean norm of the longest example.
     *
     * @return 0 or more
     */
    public double maxNorm() {
        return maxNorm(LqNorm.L2);
    }

    double maxNorm(LqNorm norm) {
        double largest = 0;
        for (int i = 0; i < size; i++) {
            largest = Math.max(largest, norm.norm(point(i)));
        }
        return largest;
    }

    /**
     * Divides all examples by one number, so that the longest has norm 1. The step sizes of the
     * theory are meant for such data.
     *
     * @return the scaled data; margins and radii are divided by {@link #maxNorm()} as well
     * @throws IllegalStateException if all examples are 0
     */
    public SignedData scaleToUnit() {
        double norm = maxNorm();
        if (norm == 0) {
            throw new IllegalStateException(
                    "All "
                            + size
                            + " examples are 0, which no factor scales to norm 1. Check how they"
                            + " were read.");
        }
        double[] scaled = Arrays.stream(values).map(value -> value / norm).toArray();
        return new SignedData(size, dimension, scaled);
    }

    /**
     * Returns the margins of a linear model.
     *
     * @param theta its weights
     * @return {@code z_i . theta} for each example
     * @throws IllegalArgumentException if the number of weights is not that of the features
     */
    public double[] margins(double... theta) {
        Checks.length(theta, dimension, "The weights");
        double[] margins = new double[size];
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (int j = 0; j < dimension; j++) {
                sum += values[i * dimension + j] * theta[j];
            }
            margins[i] = sum;
        }
        return margins;
    }

    /**
     * Returns the smallest margin of a linear model.
     *
     * @param theta its weights
     * @return the smallest {@code z_i . theta}; positive if all examples are classified correctly
     * @throws IllegalArgumentException if the number of weights is not that of the features
     */
    public double minMargin(double... theta) {
        return Vectors.min(margins(theta));
    }

    /** Returns the sum of all examples, each times its weight. */
    double[] weightedSum(double[] weights) {
        double[] sum = new double[dimension];
        for (int i = 0; i < size; i++) {
            if (weights[i] != 0) {
                for (int j = 0; j < dimension; j++) {
                    sum[j] += weights[i] * values[i * dimension + j];
                }
            }
        }
        return sum;
    }
}
