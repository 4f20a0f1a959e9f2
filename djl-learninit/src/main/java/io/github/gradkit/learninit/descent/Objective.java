package io.github.gradkit.learninit.descent;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.support.gradient.CollectionGuard;
import io.github.gradkit.support.gradient.GradientIsolation;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.ArrayList;
import java.util.List;

/**
 * The objective of a problem on given instances, for solvers: values and gradients by the argument,
 * checked.
 *
 * <pre>{@code
 * try (Objective objective = Objective.open(problem, known);
 *         ValueGradient here = objective.gradient(argument)) {
 *     ...
 * }
 * }</pre>
 *
 * <p>While it is open, the parameters of the problem's {@link Problem#blocks blocks} collect no
 * gradients, which also saves a part of each backward pass. {@link #close()} puts back their
 * gradients, flags and running statistics, also after an exception; don't train them in between.
 * The cost of that is one copy of their gradients.
 *
 * <p>The engine allows one gradient collector at a time, so none may be open around a call of
 * {@link #gradient}. Not safe for use by several threads.
 */
public final class Objective implements AutoCloseable {

    private final Problem<?> problem;
    private final NDList known;
    private final List<GradientIsolation> isolations = new ArrayList<>();

    private Objective(Problem<?> problem, NDList known) {
        this.problem = problem;
        this.known = known;
    }

    /**
     * Opens an objective.
     *
     * @param problem the problem
     * @param known what is known of the instances; it stays owned by the caller and must stay open
     * @return the objective, to be closed by the caller
     * @throws IllegalStateException if a parameter of a block of the problem has no array yet
     */
    public static Objective open(Problem<?> problem, NDList known) {
        Objective objective = new Objective(problem, known);
        try {
            problem.blocks().forEach(objective::freeze);
        } catch (RuntimeException | Error e) {
            objective.close();
            throw e;
        }
        return objective;
    }

    private void freeze(Block block) {
        isolations.add(GradientIsolation.of(block));
        for (Parameter parameter : ParameterPaths.of(block).values()) {
            if (parameter.getArray().hasGradient()) {
                parameter.getArray().setRequiresGradient(false);
            }
        }
    }

    /**
     * Computes values.
     *
     * @param argument the arguments, {@code (instances, ...)}, float32; not changed
     * @return the values, {@code (instances)}, on the manager of the argument; closed by the caller
     * @throws IllegalArgumentException if the argument has a wrong shape or type
     * @throws IllegalStateException if a value is not a number, or there are not as many as
     *     instances
     */
    public NDArray values(NDArray argument) {
        checkArgument(argument);
        NDManager target = argument.getManager();
        try (NDManager scope = target.newSubManager()) {
            NDArray values = evaluate(Scoped.view(argument, scope), scope);
            values.attach(target);
            return values;
        }
    }

    /**
     * Computes values and gradients.
     *
     * @param argument the arguments, {@code (instances, ...)}, float32; not changed
     * @return values and gradient, on the manager of the argument; closed by the caller
     * @throws IllegalArgumentException if the argument has a wrong shape or type
     * @throws IllegalStateException if a value is not a number, there are not as many as instances,
     *     or they can't be differentiated by the argument
     */
    public ValueGradient gradient(NDArray argument) {
        checkArgument(argument);
        // A problem may multiply by Java numbers, which a garbage collection can spoil.
        return CollectionGuard.run(() -> pass(argument));
    }

    private ValueGradient pass(NDArray argument) {
        NDManager target = argument.getManager();
        try (NDManager scope = target.newSubManager()) {
            NDArray leaf = Scoped.view(argument, scope);
            leaf.setRequiresGradient(true);
            try (GradientCollector collector = target.getEngine().newGradientCollector()) {
                NDArray values = evaluate(leaf, scope);
                NDArray sum = values.sum();
                sum.attach(scope);
                backward(collector, sum);
                NDArray gradient = leaf.getGradient();
                gradient.attach(target);
                return new ValueGradient(Scoped.view(values, target), gradient);
            }
        }
    }

    private NDArray evaluate(NDArray argument, NDManager scope) {
        NDArray values = problem.value(Scoped.views(known, scope), argument);
        values.attach(scope);
        Shape wanted = new Shape(argument.getShape().get(0));
        if (!values.getShape().equals(wanted) || values.getDataType() != DataType.FLOAT32) {
            throw new IllegalStateException(
                    "The objective must give one float32 value per instance, "
                            + wanted
                            + ", but gave "
                            + values.getDataType()
                            + " "
                            + values.getShape()
                            + ". Sum over all axes but the first.");
        }
        requireNumbers(values);
        return values;
    }

    private static void requireNumbers(NDArray values) {
        float[] numbers = values.toFloatArray();
        for (int i = 0; i < numbers.length; i++) {
            if (Float.isNaN(numbers[i])) {
                throw new IllegalStateException(
                        "The objective of instance "
                                + i
                                + " of the batch is NaN, so it can't be compared or minimised."
                                + " Check what is known of the instance, the operations of the"
                                + " problem (log or square root of a negative number, 0 / 0),"
                                + " and try a smaller step.");
            }
        }
    }

    private static void backward(GradientCollector collector, NDArray sum) {
        try {
            collector.backward(sum);
        } catch (EngineException e) {
            if (!String.valueOf(e.getMessage()).contains("does not require grad")) {
                throw e;
            }
            throw new IllegalStateException(
                    "The values of the objective do not depend on the argument by operations that"
                            + " can be differentiated. Compute them with NDArray operations on the"
                            + " argument, or use a solver that needs no gradient.",
                    e);
        }
    }

    private void checkArgument(NDArray argument) {
        Shape shape = argument.getShape();
        boolean fits =
                shape.dimension() > 0
                        && !known.isEmpty()
                        && shape.get(0) == known.head().getShape().get(0)
                        && shape.slice(1).equals(problem.argument())
                        && argument.getDataType() == DataType.FLOAT32;
        if (!fits) {
            throw new IllegalArgumentException(
                    "The argument must be float32 "
                            + problem.argument()
                            + " for each of the "
                            + (known.isEmpty() ? 0 : known.head().getShape().get(0))
                            + " instances, but was "
                            + argument.getDataType()
                            + " "
                            + shape
                            + ".");
        }
    }

    /** Puts everything about the problem's blocks back. Closing again does nothing. */
    @Override
    public void close() {
        RuntimeException failure = null;
        for (int i = isolations.size() - 1; i >= 0; i--) {
            try {
                isolations.get(i).close();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
