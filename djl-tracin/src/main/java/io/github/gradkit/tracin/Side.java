package io.github.gradkit.tracin;

import io.github.gradkit.support.data.ExampleReader;
import io.github.gradkit.tracin.internal.Geometry;
import io.github.gradkit.tracin.internal.GradientPass;
import java.util.List;
import java.util.Optional;

/**
 * The training or the test side of an analysis, after inspection.
 *
 * @param reader reads the examples
 * @param size the number of examples
 * @param name what to call it in an error
 * @param objective what to differentiate
 * @param sign 1 for a loss, -1 for a score
 * @param geometries the sizes of each layer, empty where gradients are always formed
 */
record Side(
        ExampleReader reader,
        int size,
        String name,
        Objective objective,
        double sign,
        List<Optional<Geometry>> geometries) {

    GradientPass.Target target(double weight, boolean mean) {
        return new GradientPass.Target(objective, sign * weight, mean);
    }
}
