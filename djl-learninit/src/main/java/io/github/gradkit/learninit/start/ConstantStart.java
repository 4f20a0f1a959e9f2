package io.github.gradkit.learninit.start;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.problem.Problem;
import org.jspecify.annotations.Nullable;

/** The same argument on all instances; 0 if none is given. */
final class ConstantStart implements StartRule {

    private final String name;
    private final float @Nullable [] numbers;

    ConstantStart(String name, float @Nullable [] numbers) {
        this.name = name;
        this.numbers = numbers;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Proposal propose(Problem<?> problem, NDList known, long seed) {
        return Proposals.timed(known, (views, scope) -> argument(problem, views, scope), Cost.ZERO);
    }

    private NDArray argument(Problem<?> problem, NDList known, NDManager scope) {
        Shape shape = Proposals.shape(problem, known);
        NDArray same =
                numbers == null
                        ? scope.zeros(shape, DataType.FLOAT32)
                        : scope.create(numbers, one(problem.argument(), numbers.length))
                                .broadcast(shape);
        return problem.feasible(known).project(same);
    }

    private Shape one(Shape argument, int size) {
        if (argument.size() != size) {
            throw new IllegalArgumentException(
                    "The start '"
                            + name
                            + "' has "
                            + size
                            + " numbers, but the argument of the problem has the shape "
                            + argument
                            + ". Give as many numbers as that.");
        }
        return new Shape(1).addAll(argument);
    }
}
