package io.github.gradkit.examples.learninit;

import java.util.List;

/**
 * What came of a start on one seed.
 *
 * @param curve the mean value over all instances after some steps, in the order of the steps; those
 *     that the start takes itself are counted
 * @param seconds the time for all instances, of the start and of solving
 * @param trainingSeconds the time of training the start; 0 if there is none
 */
record Trial(List<Point> curve, double seconds, double trainingSeconds) {

    /**
     * A point of a curve.
     *
     * @param steps the steps for each instance
     * @param value the mean value
     */
    record Point(double steps, double value) {}

    /** The value in the end. */
    double value() {
        return curve.get(curve.size() - 1).value();
    }

    /** The steps until a value is reached; infinite if it is not. */
    double stepsTo(ProblemKind kind, double goal) {
        for (Point point : curve) {
            if (kind.gain(point.value(), goal) >= 0) {
                return point.steps();
            }
        }
        return Double.POSITIVE_INFINITY;
    }
}
