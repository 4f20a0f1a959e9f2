package io.github.gradkit.advtrain.linear;

/**
 * The distance of the convex hull of the examples from the origin in norm q, by proximal points.
 *
 * <p>Maximises {@code min_i z_i . theta - ||theta - centre||_2^2 / (2 rho)} over {@code ||theta||_p
 * <= 1}, moves the centre to the result, and so on. With the point x of the hull fixed, the best
 * theta is the projection of {@code centre + rho x}. Its norm in x, {@code ||x||_q}, is a bound
 * from above, its margin one from below.
 */
final class MaxMarginSearch {

    private static final int CHECK_INTERVAL = 10;
    private static final int FEW = 500;
    private static final int MANY = 5000;

    /** How much of the gap the weights may be to blame for before the centre moves. */
    private static final double SHARE = 0.3;

    private final SignedData data;
    private final LqNorm norm;
    private final LqBall thetas;
    private final StopRule stop;
    private final double curvature;
    private double[] weights;
    private double[] centre;
    private double[] direction;
    private double lower;
    private double upper;
    private int iterations;

    MaxMarginSearch(SignedData data, LqNorm norm, StopRule stop) {
        this.data = data;
        this.norm = norm;
        this.stop = stop;
        thetas = LqBall.of(LqNorm.of(norm.p()), 1);
        curvature = HullDescent.curvature(data);
        weights = HullDescent.evenWeights(data);
        centre = new double[data.dimension()];
        direction = centre;
        upper = norm.norm(data.weightedSum(weights));
    }

    MaxMargin run() {
        double rho = 1 / upper;
        while (isRunning()) {
            int before = iterations;
            moveCentre(rho);
            // A wider reach needs fewer centres, but makes each harder to find.
            rho *= iterations - before <= FEW ? 2 : 1;
        }
        return new MaxMargin(
                norm,
                new Margin.Bounds(lower, upper),
                direction,
                iterations,
                stop.isDone(lower, upper));
    }

    private boolean isRunning() {
        return !stop.isDone(lower, upper) && iterations < stop.maxIterations();
    }

    private void moveCentre(double rho) {
        double[] from = centre;
        HullDescent hull =
                new HullDescent(
                        data, x -> thetas.project(plus(from, rho, x)), weights, rho * curvature);
        int start = iterations;
        boolean found = false;
        while (!found && isRunning() && iterations - start < MANY) {
            hull.iterate();
            iterations++;
            if (iterations % CHECK_INTERVAL == 0 || iterations == stop.maxIterations()) {
                found = measure(hull);
            }
        }
        weights = hull.weights();
        centre = hull.direction();
    }

    /** Improves the bounds; tells whether the rest of the gap is for another centre to close. */
    private boolean measure(HullDescent hull) {
        double[] theta = hull.direction();
        double margin = data.minMargin(theta);
        double length = norm.dualNorm(theta);
        if (length > 0 && margin / length > lower) {
            lower = margin / length;
            direction = Vectors.scaled(theta, 1 / length);
        }
        double distance = norm.norm(hull.point());
        upper = Math.min(upper, distance);
        double reached = Vectors.dot(theta, hull.point());
        double rounding = stop.tolerance() * upper / 10;
        return reached - margin <= Math.max(SHARE * (distance - reached), rounding);
    }

    private static double[] plus(double[] centre, double rho, double[] x) {
        double[] sum = centre.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += rho * x[i];
        }
        return sum;
    }
}
