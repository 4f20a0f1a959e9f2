package io.github.gradkit.learninit.start;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.problem.Problem;

/** The solution of the most similar instance. */
record NearestStart(Neighbours neighbours) implements StartRule {

    @Override
    public String name() {
        return "nearest";
    }

    @Override
    public Proposal propose(Problem<?> problem, NDList known, long seed) {
        return Proposals.timed(
                known,
                (views, scope) -> {
                    NDArray ends = neighbours.ends(scope, neighbours.nearest(views, scope));
                    return problem.feasible(views).project(ends);
                },
                Cost.ZERO);
    }
}
