package io.github.gradkit.learninit.descent;

/**
 * What solving has cost, summed over instances.
 *
 * @param values how often a value of the objective was computed without its gradient
 * @param gradients how often a gradient of the objective was computed, its value included
 * @param predictions how often a learned predictor was asked, gradients of the predictor included
 * @param nanos the time, in nanoseconds
 */
public record Cost(long values, long gradients, long predictions, long nanos) {

    /** Nothing. */
    public static final Cost ZERO = new Cost(0, 0, 0, 0);

    /**
     * Adds two costs.
     *
     * @param other the other
     * @return the sum
     */
    public Cost plus(Cost other) {
        return new Cost(
                values + other.values,
                gradients + other.gradients,
                predictions + other.predictions,
                nanos + other.nanos);
    }
}
