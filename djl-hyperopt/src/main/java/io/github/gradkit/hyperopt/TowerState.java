package io.github.gradkit.hyperopt;

import java.util.List;
import java.util.Map;

/**
 * The numbers of a tower that are saved beside its arrays.
 *
 * @param signature what the tower is made of
 * @param step steps made
 * @param schedule the value of the base schedule in the last step
 * @param skippedSteps steps left out
 * @param skippedTunings steps without tuning
 * @param reverts how often the tower went back
 * @param groups the base's hyperparameters by group
 * @param levels the levels above the base
 * @param replicas on how many devices each parameter is, by path
 */
record TowerState(
        String signature,
        long step,
        float schedule,
        long skippedSteps,
        long skippedTunings,
        long reverts,
        Map<String, Numbers> groups,
        List<LevelState> levels,
        Map<String, Integer> replicas) {

    /**
     * The hyperparameters of a group.
     *
     * @param raw the tuned raw numbers
     * @param values their values
     * @param alpha the value of alpha, which a revert changes even if it is not tuned
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Numbers(double[] raw, double[] values, double alpha) {

        static Numbers of(HyperValues hypers) {
            return new Numbers(hypers.raw(), hypers.values(), hypers.alpha());
        }

        void restore(HyperValues hypers) {
            hypers.fix(Map.of(Hyperparameter.ALPHA, alpha));
            hypers.restore(raw, values);
        }
    }
}
