package io.github.gradkit.examples.gdat;

import ai.djl.util.Progress;
import io.github.gradkit.advtrain.linear.LqBall;
import io.github.gradkit.advtrain.linear.LqNorm;
import io.github.gradkit.advtrain.linear.MarginSolver;
import io.github.gradkit.advtrain.linear.MaxMargin;
import io.github.gradkit.advtrain.linear.SignedData;
import java.util.Arrays;
import java.util.List;

/**
 * The same on more data.
 *
 * @param name what the data is
 * @param data the examples, scaled so that the longest has norm 1
 * @param factor what they were divided by
 * @param radii the largest radius that a linear model can withstand, for several norms
 * @param rows trainings with different radii
 */
record ScaleStudy(
        String name, SignedData data, double factor, List<MaxMargin> radii, List<Row> rows) {

    private static final double[] SHARES = {0, .5, .9};

    /** Four digits are shown. */
    private static final double RADIUS_TOLERANCE = 1e-5;

    /**
     * A training.
     *
     * @param share the radius in parts of the largest one
     * @param run what happened
     */
    record Row(double share, Run run) {}

    /** Returns the gap in parts of the largest margin without perturbations. */
    double relativeGap(Row row) {
        return row.run().last().gap() / radii.get(0).lower();
    }

    static long cost(SignedData data, long steps) {
        return SHARES.length * Run.cost(data, steps);
    }

    static ScaleStudy run(
            String name, SignedData raw, long steps, double stepSize, Progress progress) {
        SignedData data = raw.scaleToUnit();
        MarginSolver solver = MarginSolver.builder().optTolerance(RADIUS_TOLERANCE).build();
        List<MaxMargin> radii =
                List.of(LqNorm.L2, LqNorm.LINF, LqNorm.L1).stream()
                        .map(norm -> solver.maxMargin(data, norm))
                        .toList();
        double gamma = radii.get(0).lower();
        List<Row> rows =
                Arrays.stream(SHARES)
                        .mapToObj(
                                share ->
                                        new Row(
                                                share,
                                                Run.of(
                                                        data,
                                                        LqBall.of(LqNorm.L2, share * gamma),
                                                        stepSize,
                                                        progress,
                                                        steps)))
                        .toList();
        return new ScaleStudy(name, data, raw.maxNorm(), radii, rows);
    }

    long steps() {
        return rows.get(0).run().last().step();
    }
}
