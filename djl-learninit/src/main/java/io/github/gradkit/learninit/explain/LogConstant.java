package io.github.gradkit.learninit.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.FeasibleSets;
import io.github.gradkit.learninit.problem.Problem;
import java.util.List;

/**
 * The logarithm of the weight of the hinge as an argument, to be learned by a predictor of
 * arguments. It has no objective of its own.
 *
 * @param whole the problem whose weights they are
 * @param lowest the least logarithm that was seen
 * @param highest the largest
 */
record LogConstant(ExplanationProblem whole, double lowest, double highest)
        implements Problem<float[]> {

    /** What is known of an input but for the weight: the input and its class. */
    static NDList known(NDList ofInput) {
        return new NDList(ofInput.get(0), ofInput.get(1));
    }

    @Override
    public Shape argument() {
        return new Shape(1);
    }

    @Override
    public NDList known(NDManager manager, List<float[]> instances) {
        throw new UnsupportedOperationException("Inputs are known by their arrays here.");
    }

    @Override
    public NDArray value(NDList known, NDArray argument) {
        throw new UnsupportedOperationException("A weight alone has no value.");
    }

    @Override
    public FeasibleSet feasible(NDList known) {
        return FeasibleSets.box(lowest, highest);
    }

    @Override
    public String identity() {
        return "weights of " + whole.identity();
    }
}
