package io.github.gradkit.learninit.problem;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.List;

/**
 * A minimisation problem that comes in many instances, of each of which the data {@code x} are
 * known: find the argument {@code theta} with a small value {@code f(theta; x)}.
 *
 * <p>Instances are solved many at once. All arrays are float32 and have the instances as their
 * first axis; the value of one must not depend on the others.
 *
 * @param <X> one instance, as the user has it
 */
public interface Problem<X> {

    /**
     * Returns the shape of the argument of one instance.
     *
     * @return the shape without the axis of instances
     */
    Shape argument();

    /**
     * Makes arrays of what is known of some instances.
     *
     * @param manager owns the arrays
     * @param instances one or more
     * @return arrays whose first axis are the instances; float32
     */
    NDList known(NDManager manager, List<X> instances);

    /**
     * Computes the values of arguments, by operations that can be differentiated by the argument.
     *
     * <p>Begin operations with the argument or with what is known: the result of an operation
     * belongs to the manager of its first array, and the managers of these two are cleared after
     * each call. Constants must be those of {@link
     * io.github.gradkit.support.gradient.CollectorConstants}, or arrays that live as long as the
     * problem. Constants opened on the manager of the argument need not be closed.
     *
     * @param known what is known, as {@link #known} returns it
     * @param argument the arguments, {@code (instances, ...)}, float32
     * @return the values {@code (instances)}, on the manager of the argument; smaller is better
     */
    NDArray value(NDList known, NDArray argument);

    /**
     * Returns the set that arguments must be in. It may differ from instance to instance.
     *
     * @param known what is known, as {@link #known} returns it
     * @return the set; used as long as the arrays are open
     */
    FeasibleSet feasible(NDList known);

    /**
     * Returns the networks that the objective runs. While an {@link
     * io.github.gradkit.learninit.descent.Objective} is open, their parameters collect no
     * gradients, and everything about them is put back afterwards.
     *
     * @return the blocks, with all parameters initialised; none by default
     */
    default List<Block> blocks() {
        return List.of();
    }

    /**
     * Returns what tells this problem from others whose solutions must not be mixed with its own.
     *
     * @return a text that is the same in every process, by default the name of the class; include
     *     settings such as a noise level
     */
    default String identity() {
        return getClass().getName();
    }
}
