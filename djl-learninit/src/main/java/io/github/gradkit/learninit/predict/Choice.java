package io.github.gradkit.learninit.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.internal.Draws;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.learninit.start.StartRule;
import org.jspecify.annotations.Nullable;

/** The candidate with the lowest predicted value of each instance. */
final class Choice {

    private static final int CHUNK = 4096;

    private final PredictedValue predicted;
    private final NDList known;
    private final NDManager manager;
    private @Nullable NDArray best;
    private @Nullable NDArray lowest;

    private Choice(PredictedValue predicted, NDList known) {
        this.predicted = predicted;
        this.known = known;
        manager = known.head().getManager();
    }

    /**
     * Proposes the candidate with the lowest prediction, of equal ones the first.
     *
     * @param known handles on a manager that owns what is made on the way
     */
    static StartRule.Proposal propose(
            PredictedValue predicted, StartRule from, int count, NDList known, long seed) {
        StartRule.Proposal first = from.propose(predicted.problem(), known, seed);
        if (count == 1) {
            return first;
        }
        final long began = System.nanoTime();
        long instances = known.head().getShape().get(0);
        long chunk = Math.max(1, CHUNK / Math.max(1, instances));
        Choice choice = new Choice(predicted, known);
        NDList waiting = new NDList(first.argument());
        Cost cost = new Cost(0, 0, count * instances, 0).plus(first.cost());
        for (int i = 1; i < count; i++) {
            if (waiting.size() == chunk) {
                choice.offer(waiting);
                waiting = new NDList();
            }
            StartRule.Proposal next = from.propose(predicted.problem(), known, Draws.seed(seed, i));
            waiting.add(next.argument());
            cost = cost.plus(untimed(next.cost()));
        }
        choice.offer(waiting);
        Cost time = new Cost(0, 0, 0, System.nanoTime() - began);
        return new StartRule.Proposal(choice.best(), cost.plus(time));
    }

    /** The time is taken for all candidates at once. */
    private static Cost untimed(Cost cost) {
        return new Cost(cost.values(), cost.gradients(), cost.predictions(), 0);
    }

    /** Looks at some candidates at once, and closes them. */
    private void offer(NDList candidates) {
        int count = candidates.size();
        try (NDManager scope = manager.newSubManager()) {
            NDList inputs = new NDList();
            for (NDArray array : known) {
                NDList copies = new NDList();
                for (int i = 0; i < count; i++) {
                    copies.add(Scoped.view(array, scope));
                }
                inputs.add(NDArrays.concat(copies, 0));
            }
            candidates.attach(scope);
            NDArray values = predicted.value(inputs, NDArrays.concat(candidates, 0));
            requireNumbers(values);
            NDArray table = values.reshape(count, -1);
            for (int i = 0; i < count; i++) {
                compare(candidates.get(i), table.get(i));
            }
        }
    }

    private void compare(NDArray candidate, NDArray value) {
        NDArray oldBest = best;
        NDArray oldLowest = lowest;
        if (oldBest == null || oldLowest == null) {
            best = owned(candidate.duplicate());
            lowest = owned(value.duplicate());
            return;
        }
        best = owned(Scoped.where(value.lt(oldLowest), candidate, oldBest));
        lowest = owned(value.minimum(oldLowest));
        oldBest.close();
        oldLowest.close();
    }

    private NDArray owned(NDArray array) {
        array.attach(manager);
        return array;
    }

    private static void requireNumbers(NDArray values) {
        if (values.isNaN().any().getBoolean()) {
            throw new IllegalStateException(
                    "The predictor gave NaN, so candidates can't be compared. Its training may"
                            + " have diverged: fit it with a smaller learning rate.");
        }
    }

    private NDArray best() {
        if (best == null) {
            throw new IllegalStateException("No candidate was offered.");
        }
        return best;
    }
}
