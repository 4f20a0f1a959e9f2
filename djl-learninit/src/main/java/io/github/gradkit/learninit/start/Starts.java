package io.github.gradkit.learninit.start;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.log.SolutionLog;
import java.util.Objects;

/** The starts that need no learning, against which learned ones are measured. */
public final class Starts {

    private Starts() {}

    /**
     * Starts at 0, or at the feasible argument nearest to it.
     *
     * @return the rule {@code zero}
     */
    public static StartRule zero() {
        return new ConstantStart("zero", null);
    }

    /**
     * Starts at random, as {@link io.github.gradkit.learninit.problem.FeasibleSet#spread} says.
     *
     * @return the rule {@code uniform}
     */
    public static StartRule uniform() {
        return new UniformStart();
    }

    /**
     * Starts at the same argument on all instances, or at the feasible argument nearest to it.
     *
     * @param argument the argument of one instance, without an axis of instances, float32; copied
     * @param name the name that tables show
     * @return the rule
     */
    public static StartRule constant(NDArray argument, String name) {
        return constant(argument.toFloatArray(), name);
    }

    /**
     * Starts at the same argument on all instances, or at the feasible argument nearest to it.
     *
     * @param argument the numbers of the argument of one instance, in row order; copied
     * @param name the name that tables show
     * @return the rule
     */
    public static StartRule constant(float[] argument, String name) {
        return new ConstantStart(Objects.requireNonNull(name, "name"), argument.clone());
    }

    /**
     * Starts at the mean of the best solutions of all logged instances.
     *
     * @param log the log as it is now; later rows don't count
     * @return the rule {@code mean}
     * @throws IllegalArgumentException if the log is empty
     */
    public static StartRule mean(SolutionLog log) {
        return new ConstantStart("mean", Neighbours.of(log).meanEnd());
    }

    /**
     * Starts at the best solution of the logged instance of which the most similar is known. The
     * distance is the l2 norm of the difference of all that is known, each number divided by its
     * standard deviation in the log. Near ties may go either way: distances are computed from
     * products in float32.
     *
     * @param log the log as it is now; later rows don't count
     * @return the rule {@code nearest}; the time per instance, and the memory, are proportional to
     *     the size of the log
     * @throws IllegalArgumentException if the log is empty
     */
    public static StartRule nearest(SolutionLog log) {
        return new NearestStart(Neighbours.of(log));
    }

    /**
     * Solves from several starts and takes the best solution: multi-start. The cost is that of all
     * the runs.
     *
     * @param count how many starts; 1 or more
     * @param rule proposes them, each with a seed of its own
     * @param solver solves from them
     * @return the rule, named such as {@code best of 10}
     * @throws IllegalArgumentException if the count is less than 1
     */
    public static StartRule bestOf(int count, StartRule rule, Solver solver) {
        return new BestOfStart(Checks.atLeast(count, 1, "The number of starts"), rule, solver);
    }
}
