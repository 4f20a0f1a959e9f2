package io.github.gradkit.learninit.start;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.internal.Draws;
import io.github.gradkit.learninit.problem.Problem;

/** At random. */
record UniformStart() implements StartRule {

    @Override
    public String name() {
        return "uniform";
    }

    @Override
    public Proposal propose(Problem<?> problem, NDList known, long seed) {
        return Proposals.timed(
                known,
                (views, scope) -> {
                    NDArray numbers = Draws.uniform(scope, Proposals.shape(problem, views), seed);
                    return problem.feasible(views).spread(numbers);
                },
                Cost.ZERO);
    }
}
