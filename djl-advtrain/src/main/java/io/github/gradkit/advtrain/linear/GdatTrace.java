package io.github.gradkit.advtrain.linear;

import java.util.List;

/**
 * What happened in a run of {@link Gdat}.
 *
 * @param points the recorded iterates in the order of their steps; the last one is the end
 * @param riskIncreases in how many steps the loss under the worst perturbation rose; 0 if the step
 *     size is small enough, up to the chatter of a subgradient
 * @param certificateChecks how many iterates were checked against the certificate; 0 without a
 *     target
 * @param certificateViolations how many of them broke it, which must be 0
 */
public record GdatTrace(
        List<GdatPoint> points,
        long riskIncreases,
        long certificateChecks,
        long certificateViolations) {

    /**
     * Copies the points.
     *
     * @param points the recorded iterates, at least one
     * @param riskIncreases in how many steps the loss under the worst perturbation rose
     * @param certificateChecks how many iterates were checked against the certificate
     * @param certificateViolations how many of them broke it
     */
    public GdatTrace {
        points = List.copyOf(points);
    }

    /**
     * Returns the end of the run.
     *
     * @return the last iterate
     */
    public GdatPoint last() {
        return points.get(points.size() - 1);
    }
}
