package io.github.gradkit.examples.tracin;

import io.github.gradkit.examples.evaluation.RecoveryCurve;
import io.github.gradkit.examples.evaluation.RocAuc;

/**
 * How well scores find the flipped labels.
 *
 * @param auc the area under the receiver operating characteristic
 * @param curve the share found by the number of checks
 */
record Ranking(double auc, RecoveryCurve curve) {

    /** Parts of the ranking that are reported, in percent. */
    static final int[] PERCENTS = {10, 20, 30};

    static Ranking of(double[] scores, boolean[] flipped) {
        return new Ranking(RocAuc.of(scores, flipped), RecoveryCurve.of(scores, flipped));
    }

    double foundWithinPercent(int percent) {
        return curve.foundWithin(percent / 100.0);
    }
}
