package io.github.gradkit.hyperopt;

import java.util.List;

/** Is told of every step that a tower has made. */
interface StepObserver {

    /**
     * A step was made.
     *
     * @param step its number, from 1
     * @param hypergradients by level, those of the tuned raw numbers; empty if none were computed
     * @param cosines those of the base, group by group; empty if they were not measured
     */
    void onStep(long step, List<double[]> hypergradients, double[] cosines);
}
