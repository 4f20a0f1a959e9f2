package io.github.gradkit.learninit.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.learninit.internal.Scoped;
import java.util.ArrayList;
import java.util.List;

/** For each instance the change with the lowest score so far; infinite until there is one. */
final class Kept {

    private final NDManager manager;
    private NDArray changes;
    private NDArray scores;

    /** Begins with no change for anyone; the array only tells the shape. */
    Kept(NDArray like, NDManager manager) {
        this.manager = manager;
        changes = owned(like.zerosLike());
        scores = owned(manager.full(like.getShape().slice(0, 1), Float.POSITIVE_INFINITY));
    }

    /** Takes over changes with a lower score where they are allowed. */
    void offer(NDArray newChanges, NDArray newScores, NDArray allowed) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray better = Scoped.view(newScores, scope).lt(scores);
            better = better.logicalAnd(allowed);
            NDArray chosen = Scoped.where(better, newChanges, changes);
            NDArray lowest = NDArrays.where(better, newScores, scores);
            changes.close();
            scores.close();
            changes = owned(chosen);
            scores = owned(lowest);
        }
    }

    private NDArray owned(NDArray array) {
        array.attach(manager);
        return array;
    }

    NDArray changes() {
        return changes;
    }

    NDArray scores() {
        return scores;
    }

    List<Double> numbers() {
        List<Double> numbers = new ArrayList<>();
        for (float score : scores.toFloatArray()) {
            numbers.add((double) score);
        }
        return numbers;
    }
}
