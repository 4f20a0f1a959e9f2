package io.github.gradkit.learninit.explain;

import io.github.gradkit.learninit.descent.Cost;

/** Weights of the hinge, one for each input, and what predicting them took. */
final class PredictedConstants {

    private final double[] constants;
    private final Cost cost;

    PredictedConstants(double[] constants, Cost cost) {
        this.constants = constants;
        this.cost = cost;
    }

    double[] constants() {
        return constants;
    }

    Cost cost() {
        return cost;
    }
}
