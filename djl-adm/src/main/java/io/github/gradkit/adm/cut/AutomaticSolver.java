package io.github.gradkit.adm.cut;

/**
 * Chooses a solver for each graph by how much the pixels' own costs weigh against the arcs.
 *
 * <p>A pixel whose costs differ by as much as all its arcs carry has made up its mind. The
 * differences, each counted up to that amount, are added up, and so are the arcs. If the first sum
 * is less than {@value #WEAK} of the second, the costs say little and {@link PushRelabel} solves
 * the graph, otherwise {@link IncrementalBreadthFirst}. The choice changes the time alone, not the
 * labels. It takes one look at each arc, a small part of the solution's time. The memory of both
 * solvers is kept once they were used.
 */
public final class AutomaticSolver implements MinCutSolver {

    private static final double WEAK = 0.02;

    private final MinCutSolver clear = new IncrementalBreadthFirst();
    private final MinCutSolver weak = new PushRelabel();

    /** Makes a solver; its memory comes with the first problem. */
    public AutomaticSolver() {}

    @Override
    public long solve(GridGraph graph, boolean[] sourceSide) {
        return choose(graph).solve(graph, sourceSide);
    }

    MinCutSolver choose(GridGraph graph) {
        int degree = graph.steps.length;
        long costs = 0;
        long arcs = 0;
        for (int p = 0; p < graph.excess.length; p++) {
            long around = 0;
            for (int arc = 0; arc < degree; arc++) {
                around += graph.arcs[p * degree + arc];
            }
            arcs += around;
            costs += Math.min(around, Math.abs((long) graph.excess[p]));
        }
        return costs < WEAK * arcs ? weak : clear;
    }
}
