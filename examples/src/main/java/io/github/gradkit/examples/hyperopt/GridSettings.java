package io.github.gradkit.examples.hyperopt;

import io.github.gradkit.examples.data.DataSetName;
import io.github.gradkit.hyperopt.UpdateRule;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What to compare.
 *
 * <p>Unless told otherwise, every level of a tower is of the same kind as its base and starts at
 * the same rate. Then there is one number to choose, however tall the tower, and the comparison
 * shows how much depends on it. (A fixed rate of the levels above, such as 0.01 for SGD, makes one
 * level robust, but is itself a number that somebody has to know.)
 *
 * @param dataset the data set
 * @param seed the seed of every random choice
 * @param bases the optimizers of the weights
 * @param heights how many levels stand above them
 * @param rates the initial learning rates of the base, ascending
 * @param kappa the initial rate of all levels above; empty if it is that of the base
 * @param style what all towers have in common
 */
record GridSettings(
        DataSetName dataset,
        long seed,
        List<BaseKind> bases,
        List<Integer> heights,
        List<Double> rates,
        OptionalDouble kappa,
        TowerStyle style) {

    UpdateRule base(BaseKind kind, double rate) {
        return kind.rule(rate);
    }

    List<UpdateRule> above(BaseKind kind, int height, double rate) {
        return Collections.nCopies(height, kind.rule(kappa.orElse(rate)));
    }

    String describeKappa() {
        return kappa.isPresent()
                ? "the levels above start at " + Numbers.rate(kappa.getAsDouble())
                : "every level starts at the same rate";
    }
}
