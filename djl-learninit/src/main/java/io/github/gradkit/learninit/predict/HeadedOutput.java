package io.github.gradkit.learninit.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.descent.Objective;
import io.github.gradkit.learninit.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * What a block predicts for some instances: one argument each, or several.
 *
 * @param argument the arguments, those of one instance one after the other, {@code (instances x
 *     count, ...)}
 * @param count the arguments of an instance
 */
record HeadedOutput(NDArray argument, int count) {

    /** One argument for each instance, and its value if there was a choice. */
    record Best(NDArray argument, List<Double> values) {}

    static HeadedOutput of(Problem<?> problem, NDArray output) {
        Shape shape = output.getShape();
        Shape one = problem.argument();
        if (shape.dimension() == one.dimension() + 1 && shape.slice(1).equals(one)) {
            return new HeadedOutput(output, 1);
        }
        if (shape.dimension() == one.dimension() + 2 && shape.slice(2).equals(one)) {
            Shape flat = new Shape(shape.get(0) * shape.get(1)).addAll(one);
            return new HeadedOutput(output.reshape(flat), Math.toIntExact(shape.get(1)));
        }
        throw new IllegalArgumentException(
                "The block gives "
                        + shape
                        + ", but an argument of the problem is "
                        + one
                        + ". Use a block that gives (instances, ...) or (instances, heads, ...) of"
                        + " such arguments.");
    }

    /** The values of all arguments, {@code (instances, count)}. */
    NDArray values(Problem<?> problem, NDList known) {
        return problem.value(repeated(known), argument).reshape(-1, count);
    }

    /** What is known of the instances, once for each of their arguments. */
    private NDList repeated(NDList known) {
        if (count == 1) {
            return known;
        }
        NDList repeated = new NDList(known.size());
        for (NDArray array : known) {
            repeated.add(array.repeat(0, count));
        }
        return repeated;
    }

    /**
     * For each instance the feasible argument with the smallest value: arguments are projected
     * first, since the value of one that is not feasible says nothing.
     */
    Best best(Problem<?> problem, NDList known) {
        NDList repeated = repeated(known);
        NDArray feasible = problem.feasible(repeated).project(argument);
        if (count == 1) {
            return new Best(feasible, List.of());
        }
        try (Objective objective = Objective.open(problem, repeated)) {
            NDArray table = objective.values(feasible);
            long[] rows = table.reshape(-1, count).argMin(1).toLongArray();
            float[] all = table.toFloatArray();
            List<Double> values = new ArrayList<>();
            for (int i = 0; i < rows.length; i++) {
                rows[i] += (long) i * count;
                values.add((double) all[(int) rows[i]]);
            }
            return new Best(feasible.get(feasible.getManager().create(rows)), values);
        }
    }
}
