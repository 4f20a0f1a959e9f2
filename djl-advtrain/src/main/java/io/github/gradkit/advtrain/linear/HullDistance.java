package io.github.gradkit.advtrain.linear;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The Euclidean distance between the convex hull of the examples and a ball, found by accelerated
 * projected gradient descent over the weights of the examples.
 *
 * <p>With the point {@code x} of the hull fixed, the nearest point of the ball is its projection,
 * so only the weights remain as variables. The residual {@code r = x - P(x)} bounds the margin from
 * both sides: from above by its length, from below by the margin of its direction.
 */
final class HullDistance {

    private static final int POWER_ITERATIONS = 100;

    /** Power iteration estimates the largest eigenvalue from below. */
    private static final double SAFETY = 1.05;

    private final SignedData data;
    private final LqBall ball;
    private final double inverseStep;
    private double[] weights;
    private double[] point;
    private double[] leadWeights;
    private double[] leadPoint;
    private double momentum = 1;

    /** Starts at given weights, which must be in the simplex. */
    HullDistance(SignedData data, LqBall ball, double[] weights, double curvature) {
        this.data = data;
        this.ball = ball;
        this.inverseStep = curvature;
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

    /** Returns an upper bound of the curvature of half the squared distance, as good as surely. */
    static double curvature(SignedData data) {
        double[] v = new SplittableRandom(1).doubles(data.dimension(), 0.5, 1.5).toArray();
        double largest = 0;
        for (int i = 0; i < POWER_ITERATIONS; i++) {
            double norm = Vectors.norm2(v);
            if (norm == 0) {
                break;
            }
            largest = norm;
            double[] unit = Vectors.scaled(v, 1 / norm);
            v = data.weightedSum(data.margins(unit));
        }
        return SAFETY * Math.max(largest, data.maxNorm() * data.maxNorm());
    }

    void iterate() {
        double[] residual = Vectors.minus(leadPoint, ball.project(leadPoint));
        double[] gradient = data.margins(residual);
        double[] moved = leadWeights.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] -= gradient[i] / inverseStep;
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

    double[] weights() {
        return weights.clone();
    }

    /** Returns the point of the hull. */
    double[] point() {
        return point.clone();
    }

    Bounds bounds() {
        double[] residual = Vectors.minus(point, ball.project(point));
        double length = Vectors.norm2(residual);
        if (length == 0) {
            return new Bounds(0, 0, residual);
        }
        double[] direction = Vectors.scaled(residual, 1 / length);
        return new Bounds(ball.margin(data, direction), length, direction);
    }

    /**
     * What a residual says about the distance.
     *
     * @param lower a margin that is reached, by the direction
     * @param upper a distance that is reached, by the weights
     * @param direction the residual scaled to norm 1; all zeros if the ball reaches the hull
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Bounds(double lower, double upper, double[] direction) {

        double gap() {
            return upper - lower;
        }
    }
}
