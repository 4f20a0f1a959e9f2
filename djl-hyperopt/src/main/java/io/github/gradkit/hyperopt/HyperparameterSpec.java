package io.github.gradkit.hyperopt;

/**
 * One hyperparameter of one rule.
 *
 * @param initial its first value
 * @param learned whether the level above tunes it
 * @param parametrization how it is written as a raw number
 * @param bounds the range it is kept in
 */
record HyperparameterSpec(
        double initial, boolean learned, Parametrization parametrization, Bounds bounds) {}
