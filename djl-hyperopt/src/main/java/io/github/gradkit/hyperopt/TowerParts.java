package io.github.gradkit.hyperopt;

import java.util.List;

/**
 * What a running tower consists of.
 *
 * @param plan what it was built with
 * @param groupNames the names of the groups, in the order of the base's hyperparameters
 * @param levels the hyperparameters
 * @param slots what is kept by parameter
 * @param stepper makes the steps
 */
record TowerParts(
        TowerPlan plan, List<String> groupNames, Levels levels, Slots slots, Stepper stepper) {

    Counters counters() {
        return stepper.counters();
    }
}
