package io.github.gradkit.advtrain.linear;

/**
 * The Euclidean distance between the convex hull of the examples and a ball.
 *
 * <p>With the point {@code x} of the hull fixed, the nearest point of the ball is its projection,
 * so only the weights of the examples remain as variables. The residual {@code r = x - P(x)} is the
 * gradient of half the squared distance, and bounds the margin from both sides: from above by its
 * length, from below by the margin of its direction.
 */
final class MixedMarginSearch {

    private static final int CHECK_INTERVAL = 10;

    private final SignedData data;
    private final LqBall ball;
    private final StopRule stop;
    private final HullDescent hull;
    private double lower = Double.NEGATIVE_INFINITY;
    private double upper = Double.POSITIVE_INFINITY;
    private double[] direction;
    private double[] weights;

    MixedMarginSearch(SignedData data, LqBall ball, StopRule stop) {
        this.data = data;
        this.ball = ball;
        this.stop = stop;
        weights = HullDescent.evenWeights(data);
        direction = new double[data.dimension()];
        hull =
                new HullDescent(
                        data,
                        x -> Vectors.minus(x, ball.project(x)),
                        weights,
                        HullDescent.curvature(data));
        measure();
    }

    MixedMargin run() {
        int iterations = 0;
        while (!stop.isDone(lower, upper) && iterations < stop.maxIterations()) {
            hull.iterate();
            iterations++;
            if (iterations % CHECK_INTERVAL == 0 || iterations == stop.maxIterations()) {
                measure();
            }
        }
        return new MixedMargin(
                ball,
                new Margin.Bounds(Math.max(0, lower), upper),
                direction,
                weights,
                iterations,
                stop.isDone(lower, upper));
    }

    /** Both bounds and the direction are of one and the same point, as the certificate needs. */
    private void measure() {
        double[] residual = hull.direction();
        double length = Vectors.norm2(residual);
        double[] unit = length == 0 ? residual : Vectors.scaled(residual, 1 / length);
        double margin = ball.margin(data, unit);
        if (length == 0 || length - margin < upper - lower) {
            upper = length;
            lower = margin;
            direction = unit;
            weights = hull.weights();
        }
    }
}
