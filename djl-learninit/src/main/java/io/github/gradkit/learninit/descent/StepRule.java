package io.github.gradkit.learninit.descent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Turns gradients into the direction of a step. */
public interface StepRule {

    /**
     * Returns the name that tables show.
     *
     * @return a short name, such as {@code adam}
     */
    String name();

    /**
     * Begins a run.
     *
     * @param manager owns what the rule remembers
     * @return the directions of the run
     */
    Directions begin(NDManager manager);

    /** The directions of one run. */
    @FunctionalInterface
    interface Directions {

        /**
         * Takes in the next gradient.
         *
         * @param gradient the gradient, {@code (instances, ...)}; not changed
         * @return the direction, of the same shape, on the manager of the gradient, closed by the
         *     caller; the step is against it
         */
        NDArray next(NDArray gradient);
    }

    /**
     * Returns plain gradient descent.
     *
     * @return the rule whose direction is the gradient
     */
    static StepRule gradient() {
        return new PlainRule(false);
    }

    /**
     * Returns steps of the same length in every coordinate, the steepest ones in the linf norm.
     *
     * @return the rule whose direction is the sign of the gradient, 0 where it is 0
     */
    static StepRule sign() {
        return new PlainRule(true);
    }

    /**
     * Returns gradient descent with momentum: the direction is the gradient plus a share of the
     * direction before.
     *
     * @param share 0 or more, less than 1
     * @return the rule; it remembers one array of the size of the argument
     * @throws IllegalArgumentException if the share is not in this range
     */
    static StepRule momentum(double share) {
        return new MomentumRule(share);
    }

    /**
     * Returns Adam with its usual settings: 0.9 and 0.999, both corrected for the start at 0, and
     * 1e-8. (D. P. Kingma, J. Ba, <em>Adam: A Method for Stochastic Optimization</em>, ICLR 2015,
     * algorithm 1.)
     *
     * @return the rule; it remembers two arrays of the size of the argument
     */
    static StepRule adam() {
        return new AdamRule();
    }
}
