package io.github.gradkit.learninit.start;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.learninit.problem.Problem;
import java.util.function.BiFunction;

/** What making proposals has in common. */
final class Proposals {

    private Proposals() {}

    /**
     * Makes a proposal without leaving anything else behind, and takes the time.
     *
     * @param making from handles of what is known, and a scope that owns what is made on the way
     */
    static StartRule.Proposal timed(
            NDList known, BiFunction<NDList, NDManager, NDArray> making, Cost cost) {
        long began = System.nanoTime();
        NDManager target = known.head().getManager();
        try (NDManager scope = target.newSubManager()) {
            NDArray argument = making.apply(Scoped.views(known, scope), scope);
            argument.attach(target);
            Cost time = new Cost(0, 0, 0, System.nanoTime() - began);
            return new StartRule.Proposal(argument, cost.plus(time));
        }
    }

    static Shape shape(Problem<?> problem, NDList known) {
        return new Shape(known.head().getShape().get(0)).addAll(problem.argument());
    }
}
