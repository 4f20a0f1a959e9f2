package io.github.gradkit.learninit.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Makes one instance out of all that are the same but for a symmetry, such as a relabelling of
 * users, so that a predictor need not learn each of them, and treats all of them alike.
 *
 * <p>A symmetry that leaves what is known as it is, such as a change of sign of the argument, has
 * solutions that come in pairs. There {@link Form#inward} chooses one of the pair, and {@link
 * Form#outward} does nothing.
 */
@FunctionalInterface
public interface Canonical {

    /**
     * Brings instances to their canonical form.
     *
     * @param known what is known of the instances, {@code (instances, ...)} each; not changed
     * @return the form, used as long as these arrays are open
     */
    Form of(NDList known);

    /** Instances in canonical form, and the way there and back. Results belong to scopes. */
    interface Form {

        /**
         * Returns what is known of the canonical instances.
         *
         * @return arrays of the same shapes
         */
        NDList known();

        /**
         * Turns arguments of the instances into those of the canonical ones.
         *
         * @param argument {@code (instances, ...)}; not changed
         * @return arguments with the same values, by operations that can be differentiated if
         *     {@link ValueInit} is to descend on its predictor
         */
        NDArray inward(NDArray argument);

        /**
         * Turns arguments of the canonical instances into those of the instances.
         *
         * @param argument {@code (instances, ...)}; not changed
         * @return arguments with the same values
         */
        NDArray outward(NDArray argument);
    }

    /**
     * Returns the form for problems without a symmetry.
     *
     * @return leaves everything as it is
     */
    static Canonical none() {
        return PlainForm::new;
    }
}
