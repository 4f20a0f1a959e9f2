package io.github.gradkit.tracin;

import io.github.gradkit.tracin.internal.Geometry;
import io.github.gradkit.tracin.internal.Layer;
import java.util.List;

/** How much memory the gradient factors of an example take. */
final class Memory {

    private Memory() {}

    static long bytesPerExample(Session session, Side side, List<Boolean> formed) {
        List<Layer> layers = session.layers();
        long values = 1;
        for (int i = 0; i < layers.size(); i++) {
            long rows = layers.get(i).parameterCount();
            boolean asRows = formed.get(i) || side.geometries().get(i).isEmpty();
            values += asRows ? rows : factoredValues(side.geometries().get(i).orElseThrow());
        }
        return session.valueBytes() * values;
    }

    static long factoredValues(Geometry g) {
        return g.groups() * g.positions() * (g.inputs() + 1 + g.outputs());
    }

    /** The largest batch up to the wanted one whose factors fit, at least one example. */
    static int fit(int wanted, long bytesPerExample, long budget) {
        return (int) Math.max(1, Math.min(wanted, budget / bytesPerExample));
    }
}
