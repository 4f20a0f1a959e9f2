package io.github.gradkit.examples.hyperopt;

import io.github.gradkit.hyperopt.HyperTower;
import io.github.gradkit.hyperopt.LearnedValue;
import java.util.stream.Collectors;

/**
 * One training of the grid.
 *
 * @param base the optimizer of the weights
 * @param height how many levels stood above it
 * @param rate the initial learning rate
 * @param end how it ended
 * @param tower the tower, closed; its hyperparameters can still be read
 */
record GridRun(BaseKind base, int height, double rate, Trained end, HyperTower tower) {

    /** Describes the values that a rerun keeps, such as {@code alpha 0.2}. */
    String learnedBase() {
        return tower.learned().stream()
                .filter(value -> value.level() == 0)
                .map(GridRun::describe)
                .collect(Collectors.joining(", "));
    }

    /** Describes the values of the levels above; empty if they tune none. */
    String learnedAbove() {
        return tower.learned().stream()
                .filter(value -> value.level() > 0)
                .map(value -> value.level() + ": " + describe(value))
                .collect(Collectors.joining("; "));
    }

    private static String describe(LearnedValue value) {
        return value.hyperparameter() + " " + Numbers.learned(value.value());
    }
}
