package io.github.gradkit.advtrain.linear;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The exact worst case of a linear classifier: the smallest margin that any perturbation of norm at
 * most epsilon leaves, also if the perturbed input has to stay in a box.
 *
 * <p>No attack can do better, so it certifies robustness and measures attacks. Without a box, the
 * margin over class j is {@code (W_y - W_j) . x + b_y - b_j - epsilon ||W_y - W_j||_p}. With a box,
 * the perturbation is found coordinate by coordinate where that is optimal, and otherwise in the
 * order in which coordinates reach the box.
 */
public final class LinearCertificate {

    private final double[][] weights;
    private final double[] biases;
    private final LqNorm norm;
    private final @Nullable Box box;

    private LinearCertificate(Builder builder) {
        weights = Checks.set(builder.weights, "The classifier needs weights. Call setWeights.");
        norm = Checks.set(builder.norm, "The perturbations need a norm. Call setNorm.");
        biases = builder.biases == null ? new double[weights.length] : builder.biases;
        box = builder.box;
        Checks.length(biases, weights.length, "The biases");
        if (box != null) {
            box.checkDimension(weights[0].length);
        }
    }

    /**
     * Starts a certificate.
     *
     * @return an empty builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Finds the worst perturbation of an input.
     *
     * @param x the input, in the box if there is one
     * @param label its class
     * @param epsilon the largest norm of the perturbation, 0 or more
     * @return the perturbation with the smallest margin, and that margin
     * @throws IllegalArgumentException if the input has another number of features, is not finite
     *     or outside of the box, or the label or epsilon is out of range
     */
    public Worst worst(double[] x, int label, double epsilon) {
        check(x, label);
        Checks.radius(epsilon);
        Worst worst = null;
        for (int j = 0; j < weights.length; j++) {
            if (j != label) {
                double[] difference = Vectors.minus(weights[label], weights[j]);
                double[] delta = perturbation(x, difference, epsilon);
                double clean = Vectors.dot(difference, x) + biases[label] - biases[j];
                double margin = clean + change(difference, delta, epsilon);
                if (worst == null || margin < worst.margin()) {
                    worst = new Worst(margin, j, delta);
                }
            }
        }
        return Checks.set(worst, "A classifier has at least two classes.");
    }

    /** Without a box the change is known without the perturbation, and more exactly. */
    private double change(double[] difference, double[] delta, double epsilon) {
        return box == null ? -epsilon * norm.dualNorm(difference) : Vectors.dot(difference, delta);
    }

    private double[] perturbation(double[] x, double[] difference, double epsilon) {
        if (box == null) {
            return Vectors.scaled(norm.steepest(difference), -epsilon);
        }
        return BoxedDescent.lowest(difference, box.room(x, difference), norm, epsilon);
    }

    private void check(double[] x, int label) {
        Checks.length(x, weights[0].length, "The input");
        Checks.finite(x, "The input");
        if (label < 0 || label >= weights.length) {
            throw new IllegalArgumentException(
                    String.format(
                            "The label must be one of the classes 0 to %d, but is %d.",
                            weights.length - 1, label));
        }
        if (box != null) {
            box.checkContains(x);
        }
    }

    /**
     * Returns the smallest margin that a perturbation can leave.
     *
     * @param x the input, in the box if there is one
     * @param label its class
     * @param epsilon the largest norm of the perturbation, 0 or more
     * @return the smallest score of the class minus that of any other; the input is certified if it
     *     is positive
     * @throws IllegalArgumentException if the input has another number of features, is not finite
     *     or outside of the box, or the label or epsilon is out of range
     */
    public double worstMargin(double[] x, int label, double epsilon) {
        return worst(x, label, epsilon).margin();
    }

    /**
     * Returns the share of inputs that no perturbation can get misclassified.
     *
     * @param inputs the inputs, one per row
     * @param labels their classes
     * @param epsilon the largest norm of a perturbation, 0 or more
     * @return the exact robust accuracy; an input with a tie for the best class counts as
     *     misclassified
     * @throws IllegalArgumentException if there is no input, the number of labels differs, or an
     *     input, a label or epsilon is refused by {@link #worst}
     */
    public double robustAccuracy(double[][] inputs, int[] labels, double epsilon) {
        if (inputs.length == 0 || inputs.length != labels.length) {
            throw new IllegalArgumentException(
                    String.format(
                            "There must be at least one input, and one label for each, but there"
                                    + " are %d inputs and %d labels.",
                            inputs.length, labels.length));
        }
        int robust = 0;
        for (int i = 0; i < inputs.length; i++) {
            robust += worstMargin(inputs[i], labels[i], epsilon) > 0 ? 1 : 0;
        }
        return (double) robust / inputs.length;
    }

    /**
     * Returns the norm of the smallest perturbation that reaches the boundary to another class, not
     * regarding the box.
     *
     * @param x the input
     * @param label its class
     * @return a radius within which the input is certified; 0 if it is misclassified, infinite if
     *     all classes have the same weights
     * @throws IllegalArgumentException if the input or the label is refused by {@link #worst}
     */
    public double radius(double[] x, int label) {
        check(x, label);
        double radius = Double.POSITIVE_INFINITY;
        for (int j = 0; j < weights.length; j++) {
            if (j != label) {
                double[] difference = Vectors.minus(weights[label], weights[j]);
                double margin = Vectors.dot(difference, x) + biases[label] - biases[j];
                double perUnit = norm.dualNorm(difference);
                if (margin <= 0) {
                    return 0;
                }
                radius = Math.min(radius, margin / perUnit);
            }
        }
        return radius;
    }

    /**
     * The worst that can happen to an input.
     *
     * @param margin the score of its class minus that of the other one, after the perturbation
     * @param other the class that comes closest
     * @param perturbation what to add to the input
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    public record Worst(double margin, int other, double[] perturbation) {

        /**
         * Copies the perturbation.
         *
         * @param margin the score of its class minus that of the other one, after the perturbation
         * @param other the class that comes closest
         * @param perturbation what to add to the input
         */
        public Worst {
            perturbation = perturbation.clone();
        }

        /**
         * Returns the perturbation.
         *
         * @return a copy
         */
        @Override
        public double[] perturbation() {
            return perturbation.clone();
        }
    }

    /** Collects the parts of a certificate. */
    public static final class Builder {

        private double @Nullable [][] weights;
        private double @Nullable [] biases;
        private @Nullable LqNorm norm;
        private @Nullable Box box;

        private Builder() {}

        /**
         * Sets the weights.
         *
         * @param weights one row per class, at least two; copied
         * @return this builder
         * @throws IllegalArgumentException if there are fewer than two rows, no features, rows of
         *     different lengths, or a weight is not finite
         */
        public Builder setWeights(double[]... weights) {
            if (weights.length < 2 || weights[0].length == 0) {
                throw new IllegalArgumentException(
                        "A classifier needs weights for at least two classes and one feature, but"
                                + " there are "
                                + weights.length
                                + " rows. For one output of a binary model, add a row of zeros for"
                                + " class 0.");
            }
            for (int j = 0; j < weights.length; j++) {
                Checks.length(weights[j], weights[0].length, "The weights of class " + j);
                Checks.finite(weights[j], "The weights of class " + j);
            }
            this.weights = Arrays.stream(weights).map(double[]::clone).toArray(double[][]::new);
            return this;
        }

        /**
         * Sets the norm of the perturbations.
         *
         * @param norm the norm
         * @return this builder
         */
        public Builder setNorm(LqNorm norm) {
            this.norm = norm;
            return this;
        }

        /**
         * Sets the biases.
         *
         * @param biases one per class; copied. Default: all 0
         * @return this builder
         * @throws IllegalArgumentException if a bias is not finite
         */
        public Builder optBiases(double... biases) {
            this.biases = Checks.finite(biases.clone(), "The biases");
            return this;
        }

        /**
         * Keeps perturbed inputs in a box.
         *
         * @param low the smallest value of every feature
         * @param high the largest one
         * @return this builder
         * @throws IllegalArgumentException if the range is empty or NaN
         */
        public Builder optBox(double low, double high) {
            return optBox(new double[] {low}, new double[] {high});
        }

        /**
         * Keeps perturbed inputs in a box.
         *
         * @param low the smallest value of each feature, or one for all; may be infinite; copied
         * @param high the largest ones, as many
         * @return this builder
         * @throws IllegalArgumentException if a range is empty or NaN, or the numbers differ
         */
        public Builder optBox(double[] low, double[] high) {
            this.box = Box.of(low, high);
            return this;
        }

        /**
         * Makes the certificate.
         *
         * @return the certificate
         * @throws IllegalStateException if the weights or the norm have not been set
         * @throws IllegalArgumentException if there is not one bias per class, or the box has
         *     another number of features
         */
        public LinearCertificate build() {
            return new LinearCertificate(this);
        }
    }
}
