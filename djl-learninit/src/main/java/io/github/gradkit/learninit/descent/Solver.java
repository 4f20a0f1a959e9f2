package io.github.gradkit.learninit.descent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.gradkit.learninit.problem.Problem;

/** Improves arguments step by step, for many instances at once. */
public interface Solver {

    /**
     * Returns the name that tables show.
     *
     * @return a short name, such as {@code descent}
     */
    String name();

    /**
     * Solves.
     *
     * @param problem the problem
     * @param known what is known of the instances
     * @param start where to start, {@code (instances, ...)}, feasible, float32; not changed
     * @return what was reached
     */
    Solution solve(Problem<?> problem, NDList known, NDArray start);
}
