package io.github.gradkit.learninit.start;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.problem.Problem;
import java.util.List;

/** Proposes where to start on given instances. */
public interface StartRule {

    /**
     * Returns the name that tables show.
     *
     * @return a short name, such as {@code uniform}
     */
    String name();

    /**
     * Proposes feasible arguments.
     *
     * @param problem the problem
     * @param known what is known of the instances
     * @param seed decides all that is drawn; the same seed gives the same start
     * @return the proposal
     */
    Proposal propose(Problem<?> problem, NDList known, long seed);

    /**
     * Arguments to start from.
     *
     * @param argument the arguments, {@code (instances, ...)}, feasible, float32, on the manager of
     *     the first array of what is known; closed by the caller
     * @param cost what it took to find them, computations of the objective included
     * @param values the values there, one for each instance, if finding them has told; else empty.
     *     Who needs them need not compute them again
     */
    record Proposal(NDArray argument, Cost cost, List<Double> values) {

        /**
         * Proposes arguments.
         *
         * @param argument the arguments
         * @param cost what it took to find them
         * @param values the values there, copied; empty if they are not known
         */
        public Proposal {
            values = List.copyOf(values);
        }

        /**
         * Proposes arguments whose values are not known.
         *
         * @param argument the arguments
         * @param cost what it took to find them
         */
        public Proposal(NDArray argument, Cost cost) {
            this(argument, cost, List.of());
        }
    }
}
