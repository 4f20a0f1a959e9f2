package io.github.gradkit.hyperopt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Turns what was measured in a step into new hyperparameters at all levels. */
final class Tuner {

    private final Levels levels;
    private final Safeguards safeguards;
    private final Counters counters;

    Tuner(Levels levels, Safeguards safeguards, Counters counters) {
        this.levels = levels;
        this.safeguards = safeguards;
        this.counters = counters;
    }

    /** By group and tuned hyperparameter, how the last update depended on it. */
    static List<List<Coefficients>> derivatives(List<AppliedValues> last) {
        List<List<Coefficients>> all = new ArrayList<>();
        for (AppliedValues values : last) {
            List<Coefficients> ofGroup = new ArrayList<>();
            for (Hyperparameter hyperparameter : values.spec().learned()) {
                ofGroup.add(Coefficients.of(hyperparameter, values));
            }
            all.add(ofGroup);
        }
        return all;
    }

    /** The cosines of the base, group by group; none if lengths were not measured. */
    double[] cosines(Measured measured, boolean withLengths) {
        return withLengths
                ? forEachOfBase((hypers, group, k) -> measured.cosine(group, k))
                : new double[0];
    }

    /**
     * Updates all levels.
     *
     * @param measured the sums over the parameters
     * @param cosines the cosines, if they were measured
     * @return the hypergradients by level; none if nothing was tuned because one is not finite
     */
    List<double[]> tune(Measured measured, double[] cosines) {
        double[][] byValue = measured.hypergradients();
        boolean cosine = safeguards.cosine() && cosines.length > 0;
        double[] ofBase =
                forEachOfBase(
                        (hypers, group, k) ->
                                cosine
                                        ? measured.cosine(group, k)
                                                * Math.signum(hypers.derivative(k))
                                        : ofRaw(byValue, hypers, group, k));
        List<double[]> hypergradients = levels.hypergradients(ofBase);
        if (safeguards.skipNonFinite() && !areFinite(hypergradients)) {
            counters.skippedTunings++;
            return List.of();
        }
        levels.update(hypergradients);
        return hypergradients;
    }

    private static double ofRaw(double[][] byValue, HyperValues hypers, int group, int k) {
        return byValue.length == 0 ? 0 : byValue[group][k] * hypers.derivative(k);
    }

    private interface OfBase {
        double of(HyperValues hypers, int group, int k);
    }

    private double[] forEachOfBase(OfBase function) {
        double[] all = new double[levels.sizeOfBase()];
        int next = 0;
        for (int group = 0; group < levels.base().size(); group++) {
            HyperValues hypers = levels.base().get(group);
            for (int k = 0; k < hypers.learned().size(); k++) {
                all[next++] = function.of(hypers, group, k);
            }
        }
        return all;
    }

    private static boolean areFinite(List<double[]> hypergradients) {
        return hypergradients.stream().flatMapToDouble(Arrays::stream).allMatch(Double::isFinite);
    }
}
