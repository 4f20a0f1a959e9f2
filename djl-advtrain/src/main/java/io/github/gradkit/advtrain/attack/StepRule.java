package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;

/** How APGD moves and when it takes shorter steps, in one run. */
interface StepRule {

    /** Returns the lengths of the periods after which {@link #check} is called. */
    int[] periods(int steps);

    /**
     * Makes a step from the current perturbations.
     *
     * @return the next perturbations, owned by the caller
     */
    NDArray next(ActiveSet active);

    /** Chooses new step sizes, and tells which examples go back to their best perturbation. */
    boolean[] check(ActiveSet active, Progress progress);

    /** Forgets all examples but some. */
    void keep(int[] places);

    /**
     * Returns the rule of a norm.
     *
     * @param task the examples, in the ball of this run
     * @param u where the run starts
     * @param first whether no other run went before, whose result is this start
     */
    static StepRule of(AttackTask task, NDArray u, boolean first) {
        if (task.region().box().norm() != Norm.L1) {
            return new MomentumRule(task);
        }
        return first ? SparseRule.first(task) : SparseRule.goingOn(task, u);
    }
}
