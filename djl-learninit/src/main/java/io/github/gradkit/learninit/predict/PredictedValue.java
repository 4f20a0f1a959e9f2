package io.github.gradkit.learninit.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.Problem;
import java.util.List;

/** A problem with the prediction of a regressor as its objective. */
record PredictedValue(Problem<?> problem, Regressor regressor, Canonical canonical)
        implements Problem<Void> {

    @Override
    public Shape argument() {
        return problem.argument();
    }

    @Override
    public NDList known(NDManager manager, List<Void> instances) {
        throw new UnsupportedOperationException("Instances are known by their arrays here.");
    }

    @Override
    public NDArray value(NDList known, NDArray argument) {
        Canonical.Form form = canonical.of(known);
        NDList inputs = new NDList(form.known());
        inputs.add(form.inward(argument));
        return regressor.predict(inputs).reshape(argument.getShape().get(0));
    }

    @Override
    public FeasibleSet feasible(NDList known) {
        return problem.feasible(known);
    }

    @Override
    public List<Block> blocks() {
        return List.of(regressor.block());
    }
}
