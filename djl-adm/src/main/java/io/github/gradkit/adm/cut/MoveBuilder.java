package io.github.gradkit.adm.cut;

import java.util.function.Supplier;

/**
 * The options that all {@link LabelMinimizer}s share.
 *
 * @param <B> the builder itself
 */
public abstract sealed class MoveBuilder<B extends MoveBuilder<B>>
        permits AlphaExpansion.Builder, AlphaBetaSwap.Builder {

    private Supplier<? extends MinCutSolver> solver = AutomaticSolver::new;
    private int maxSweeps = 20;

    MoveBuilder() {}

    abstract B self();

    MoveMaking moves() {
        return new MoveMaking(solver.get(), maxSweeps);
    }

    /**
     * Sets what solves the moves. All solvers give the same result.
     *
     * @param factory makes a new solver for each minimizer that is built, since a solver serves one
     *     at a time (default: {@link AutomaticSolver})
     * @return this builder
     */
    public B optSolver(Supplier<? extends MinCutSolver> factory) {
        this.solver = factory;
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
