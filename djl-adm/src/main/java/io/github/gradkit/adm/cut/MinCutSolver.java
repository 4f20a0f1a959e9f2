package io.github.gradkit.adm.cut;

/**
 * Finds the cheapest labelling of a {@link GridGraph}.
 *
 * <p>All solvers return the same labelling: where several are cheapest, the one with the fewest
 * pixels on the source side. So a pixel is on the source side only if that is needed for the least
 * cost, and ties go to the sink side.
 *
 * <p>A solver keeps its working memory from one problem to the next and allocates nothing as long
 * as the problems don't grow. It is not safe for use by several threads: give each its own.
 */
public interface MinCutSolver {

    /**
     * Solves one problem. The graph is not changed.
     *
     * @param graph the costs
     * @param sourceSide receives for each pixel, row by row, whether it is on the source side
     * @return the cost of that labelling, which is the least there is
     * @throws IllegalArgumentException if {@code sourceSide} has not one entry a pixel
     */
    long solve(GridGraph graph, boolean[] sourceSide);
}
