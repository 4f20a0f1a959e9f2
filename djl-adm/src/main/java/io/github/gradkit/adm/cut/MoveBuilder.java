package io.github.gradkit.adm.cut;

import org.jspecify.annotations.Nullable;

/**
 * The options that all {@link LabelMinimizer}s share.
 *
 * @param <B> the builder itself
 */
public abstract sealed class MoveBuilder<B extends MoveBuilder<B>>
        permits AlphaExpansion.Builder, AlphaBetaSwap.Builder {

    private @Nullable MinCutSolver solver;
    private int maxSweeps = 20;

    MoveBuilder() {}

    abstract B self();

    MoveMaking moves() {
        return new MoveMaking(solver == null ? new AutomaticSolver() : solver, maxSweeps);
    }

    /**
     * Sets what solves the moves. All solvers give the same result.
     *
     * @param minCutSolver a solver that nothing else uses (default: {@link AutomaticSolver})
     * @return this builder
     */
    public B optSolver(MinCutSolver minCutSolver) {
        this.solver = minCutSolver;
        return self();
    }

    /**
     * Sets how often all moves are tried at most. Two or three sweeps do in most cases.
     *
     * @param sweeps at least 1 (default: 20)
     * @return this builder
     * @throws IllegalArgumentException if there are fewer
     */
    public B optMaxSweeps(int sweeps) {
        if (sweeps < 1) {
            throw new IllegalArgumentException(
                    "At most " + sweeps + " sweeps would try no move. Give 1 or more.");
        }
        this.maxSweeps = sweeps;
        return self();
    }
}
