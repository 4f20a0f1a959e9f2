package io.github.gradkit.advtrain.linear;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Looks for a point in the convex hull of the examples where a convex function is smallest, by
 * accelerated projected gradient descent over the weights of the examples.
 *
 * <p>The function is given by its gradient at a point of the hull. For both margins that gradient
 * is also the direction that the point suggests.
 */
final class HullDescent {

    private static final int POWER_ITERATIONS = 100;

    /** Power iteration estimates the largest eigenvalue from below. */
    private static final double SAFETY = 1.05;

    private final SignedData data;
    private final UnaryOperator<double[]> gradient;
    private final double curvature;
    private double[] weights;
    private double[] point;
    private double[] leadWeights;
    private double[] leadPoint;
    private double momentum = 1;

    /**
     * Starts at given weights, which must be in the simplex.
     *
     * @param curvature a bound on how fast the gradient by the weights changes
     */
    HullDescent(
            SignedData data, UnaryOperator<double[]> gradient, double[] weights, double curvature) {
        this.data = data;
        this.gradient = gradient;
        this.curvature = curvature;
        this.weights = weights;
        point = data.weightedSum(weights);
        leadWeights = weights;
        leadPoint = point;
    }

    static double[] evenWeights(SignedData data) {
        double[] weights = new double[data.size()];
        Arrays.fill(weights, 1.0 / weights.length);
        return weights;
    }

    /** Returns the squared spectral norm of the data, slightly enlarged. */
    static double curvature(SignedData data) {
        double[] v = new SplittableRandom(1).doubles(data.dimension(), 0.5, 1.5).toArray();
        double largest = data.maxNorm() * data.maxNorm();
        double norm = Vectors.norm2(v);
        for (int i = 0; i < POWER_ITERATIONS && norm > 0; i++) {
            v = data.weightedSum(data.margins(Vectors.scaled(v, 1 / norm)));
            norm = Vectors.norm2(v);
            largest = Math.max(largest, norm);
        }
        return SAFETY * largest;
    }

    void iterate() {
        double[] slope = data.margins(gradient.apply(leadPoint));
        double[] moved = leadWeights.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] -= slope[i] / curvature;
        }
        double[] next = BallProjection.simplex(moved);
        double[] nextPoint = data.weightedSum(next);
        if (turnsBack(next)) {
            momentum = 1;
        }
        double nextMomentum = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
        double share = (momentum - 1) / nextMomentum;
        leadWeights = extrapolated(next, weights, share);
        leadPoint = extrapolated(nextPoint, point, share);
        weights = next;
        point = nextPoint;
        momentum = nextMomentum;
    }

    /** Tells whether the momentum leads uphill, and is better started anew. */
    private boolean turnsBack(double[] next) {
        double product = 0;
        for (int i = 0; i < next.length; i++) {
            product += (leadWeights[i] - next[i]) * (next[i] - weights[i]);
        }
        return product > 0;
    }

    private static double[] extrapolated(double[] next, double[] last, double share) {
        double[] lead = next.clone();
        for (int i = 0; i < lead.length; i++) {
            lead[i] += share * (next[i] - last[i]);
        }
        return lead;
    }

    /** Returns the current weights, which no later iteration changes. */
    double[] weights() {
        return weights;
    }

    /** Returns the current point of the hull, which no later iteration changes. */
    double[] point() {
        return point;
    }

    /** Returns the gradient at the current point. */
    double[] direction() {
        return gradient.apply(point);
    }
}
