package io.github.gradkit.adacomp.compress;

import java.util.Objects;

/**
 * One parameter array of a network, which the compressors take for one layer.
 *
 * @param path its name, the same on all learners
 * @param kind what it does
 * @param size the number of its values, 0 or more
 */
public record LayerSpec(String path, LayerKind kind, int size) {

    /**
     * Checks the components.
     *
     * @param path its name, the same on all learners
     * @param kind what it does
     * @param size the number of its values, 0 or more
     * @throws IllegalArgumentException if the size is negative or above {@link #MAX_SIZE}
     */
    public LayerSpec {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(kind, "kind");
        if (size < 0 || size > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "Layer '"
                            + path
                            + "' has "
                            + size
                            + " values, but a layer can have 0 to "
                            + MAX_SIZE
                            + ": an index and a sign share 32 bits. Split the layer.");
        }
    }

    /** The largest number of values of one layer. */
    public static final int MAX_SIZE = (1 << 30) - 1;
}
