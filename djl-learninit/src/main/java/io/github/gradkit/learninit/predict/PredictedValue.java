package io.github.gradkit.learninit.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Descent;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.StepRule;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.learninit.start.StartRule;
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

    /** Goes on from a start to one with a lower prediction. */
    StartRule.Proposal descend(NDList known, StartRule.Proposal from, int steps, double rate) {
        Descent descent =
                Descent.builder().setStep(rate).optSteps(steps).optRule(StepRule.adam()).build();
        Solution lower = descent.solve(this, known, from.argument());
        long asked = lower.cost().values() + lower.cost().gradients();
        Cost cost = from.cost().plus(new Cost(0, 0, asked, lower.cost().nanos()));
        return new StartRule.Proposal(lower.argument(), cost);
    }
}
