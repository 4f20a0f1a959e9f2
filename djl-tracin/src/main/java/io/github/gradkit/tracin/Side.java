package io.github.gradkit.tracin;

import io.github.gradkit.tracin.internal.Geometry;
import io.github.gradkit.tracin.internal.GradientPass;
import java.util.List;
import java.util.Optional;

/**
 * The training or the test side of an analysis, after inspection.
 *
 * @param reader reads the examples
 * @param size the number of examples
 * @param objective what to differentiate
 * @param sign 1 for a loss, -1 for a score
 * @param mean whether the objective is a mean over the batch
 * @param geometries the sizes of each layer, empty where gradients are always formed
 */
record Side(
        Examples.Reader reader,
        int size,
        Objective objective,
        double sign,
        boolean mean,
        List<Optional<Geometry>> geometries) {

    GradientPass.Target target(double weight) {
        return new GradientPass.Target(objective, sign * weight, mean);
    }
}
