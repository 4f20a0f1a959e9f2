package io.github.gradkit.adacomp.compress;

/**
 * What one learner sends of one layer at one step. Immutable; two updates are equal if they stand
 * for the same values and are of the same class.
 */
public sealed interface LayerUpdate permits DenseUpdate, TernaryUpdate, SparseUpdate, OneBitUpdate {

    /**
     * Returns the number of values of the layer.
     *
     * @return 0 or more
     */
    int size();

    /**
     * Returns the number of values that are sent.
     *
     * @return 0 to {@link #size()}
     */
    int sent();

    /**
     * Adds a multiple of the values that were sent.
     *
     * <p>The result depends on the order in which updates are added, so learners that must stay
     * bit-identical add them in the same order.
     *
     * @param weight what to multiply with
     * @param sum where to add, at least as long as the layer
     * @throws IllegalArgumentException if it is shorter
     */
    void addTo(float[] sum, float weight);

    /**
     * Returns the size in the accounting of the paper: payload only, without counts, scales and
     * headers.
     *
     * @return bits
     */
    long paperBits();
}
