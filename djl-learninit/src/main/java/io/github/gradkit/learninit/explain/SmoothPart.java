package io.github.gradkit.learninit.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.Problem;
import java.util.List;

/**
 * The part of the objective that a step differentiates.
 *
 * @param whole the problem
 * @param withHinge false if the gradient of the hinge is estimated instead
 */
record SmoothPart(ExplanationProblem whole, boolean withHinge) implements Problem<float[]> {

    @Override
    public Shape argument() {
        return whole.argument();
    }

    @Override
    public NDList known(NDManager manager, List<float[]> instances) {
        return whole.known(manager, instances);
    }

    @Override
    public NDArray value(NDList known, NDArray argument) {
        ExplanationObjective goal = whole.objective();
        return withHinge ? goal.smooth(known, argument) : goal.rest(known, argument);
    }

    @Override
    public FeasibleSet feasible(NDList known) {
        return whole.feasible(known);
    }

    @Override
    public List<Block> blocks() {
        return whole.blocks();
    }
}
