package io.github.gradkit.adacomp.train;

/**
 * What becomes of the residues if a training goes on with another number of learners. The optimizer
 * sees the average over learners, so with the sum unchanged, four learners that become one owe the
 * weights four times as much.
 */
public enum ResidueRule {
    /**
     * Their sum over learners stays the same. For learning rates that rise and fall with the number
     * of learners, as they do where each learner keeps its batch size.
     */
    SUM,
    /**
     * Their average over learners stays the same. For learning rates that stay as they are, as they
     * do where the batches of all learners together keep their size.
     */
    AVERAGE
}
