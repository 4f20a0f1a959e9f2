package io.github.gradkit.advtrain.linear;

/**
 * When a search for a margin ends.
 *
 * @param tolerance the gap in parts of the margin
 * @param zero the margin that counts as 0
 * @param maxIterations the largest number of iterations
 */
record StopRule(double tolerance, double zero, int maxIterations) {

    boolean isDone(double lower, double upper) {
        return upper <= zero || upper - lower <= tolerance * upper;
    }
}
