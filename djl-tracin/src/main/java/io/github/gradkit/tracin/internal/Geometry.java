package io.github.gradkit.tracin.internal;

import java.util.Optional;

/**
 * The sizes that decide how a layer's gradients are best compared.
 *
 * @param groups independent blocks of channels (1 except for grouped convolutions)
 * @param positions how often the weights are applied per example: tokens or output pixels, over all
 *     uses
 * @param inputs input features per group and position
 * @param outputs output features per group and position
 */
public record Geometry(long groups, long positions, long inputs, long outputs) {

    /**
     * Returns the number of weights.
     *
     * @return groups x inputs x outputs
     */
    public long weights() {
        return groups * inputs * outputs;
    }

    /**
     * Returns the geometry with more positions, since two sides may differ in length.
     *
     * @param a one side, if known
     * @param b the other side, if known
     * @return the larger one, or empty when one is unknown
     */
    public static Optional<Geometry> larger(Optional<Geometry> a, Optional<Geometry> b) {
        return a.flatMap(x -> b.map(y -> x.positions() >= y.positions() ? x : y));
    }
}
