package io.github.gradkit.advtrain.linear;

/**
 * The perturbations that an adversary may choose from: all of norm at most c.
 *
 * @param norm the norm that measures them
 * @param radius the largest norm c, 0 or more; 0 stands for no perturbation at all
 */
public record LqBall(LqNorm norm, double radius) {

    /**
     * Checks the radius.
     *
     * @param norm the norm that measures the perturbations
     * @param radius the largest norm c, 0 or more
     * @throws IllegalArgumentException if the radius is negative or not finite
     */
    public LqBall {
        Checks.radius(radius);
    }

    /**
     * Makes a ball.
     *
     * @param norm the norm that measures the perturbations
     * @param radius the largest norm c, 0 or more
     * @return the ball
     * @throws IllegalArgumentException if the radius is negative or not finite
     */
    public static LqBall of(LqNorm norm, double radius) {
        return new LqBall(norm, radius);
    }

    /**
     * Makes the ball that holds no perturbation but 0.
     *
     * @return a ball of radius 0
     */
    public static LqBall none() {
        return new LqBall(LqNorm.L2, 0);
    }

    /**
     * Returns the perturbation of an example that lowers its margin most.
     *
     * @param theta the weights of the linear model
     * @param label the class of the example, -1 or 1
     * @return {@code -c y g(theta)} with {@code g} as in {@link LqNorm#steepest}
     * @throws IllegalArgumentException if the label is neither -1 nor 1, or a weight is not finite
     */
    public double[] worst(double[] theta, int label) {
        if (label != 1 && label != -1) {
            throw new IllegalArgumentException(
                    "The label of an example must be -1 or 1, but is "
                            + label
                            + ": its sign decides the direction of the perturbation.");
        }
        return Vectors.scaled(norm.steepest(theta), -radius * label);
    }

    /**
     * Returns what the worst perturbation takes from the margin of every example.
     *
     * @param theta the weights of the linear model
     * @return {@code c ||theta||_p}
     */
    public double cost(double... theta) {
        return radius == 0 ? 0 : radius * norm.dualNorm(theta);
    }

    /**
     * Returns the margins under the worst perturbation.
     *
     * @param data the examples
     * @param theta the weights of the linear model
     * @return {@code z_i . theta - c ||theta||_p} for each example
     * @throws IllegalArgumentException if the number of weights is not that of the features
     */
    public double[] margins(SignedData data, double... theta) {
        double[] margins = data.margins(theta);
        double cost = cost(theta);
        for (int i = 0; i < margins.length; i++) {
            margins[i] -= cost;
        }
        return margins;
    }

    /**
     * Returns the smallest margin under the worst perturbation.
     *
     * @param data the examples
     * @param theta the weights of the linear model; of Euclidean norm 1 for the h of the theory
     * @return {@code min_i z_i . theta - c ||theta||_p}
     * @throws IllegalArgumentException if the number of weights is not that of the features
     */
    public double margin(SignedData data, double... theta) {
        return data.minMargin(theta) - cost(theta);
    }

    /**
     * Returns the perturbation closest to a vector.
     *
     * @param v the vector
     * @return its Euclidean projection on this ball; a copy if the vector lies in it
     * @throws IllegalArgumentException if a value is not finite
     */
    public double[] project(double... v) {
        return BallProjection.project(Checks.finite(v, "The vector to project"), norm, radius);
    }
}
