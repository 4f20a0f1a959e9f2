package io.github.gradkit.hyperopt;

/**
 * What one level above the weights must keep to go on later.
 *
 * @param step how many updates it has made
 * @param raw its own tuned raw numbers
 * @param values their values
 * @param memory what its rule remembers, by number below
 * @param directions how its last update depended on its hyperparameters, by number below
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record LevelState(
        long step, double[] raw, double[] values, double[][] memory, double[][] directions) {}
