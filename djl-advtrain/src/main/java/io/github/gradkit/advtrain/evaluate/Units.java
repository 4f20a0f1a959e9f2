package io.github.gradkit.advtrain.evaluate;

import io.github.gradkit.advtrain.attack.EpsilonBall;

/** The units in which an epsilon ball measures features. */
final class Units {

    private Units() {}

    /** Returns the unit of each feature, 0 for one that may not change. */
    static double[] all(EpsilonBall ball, int features) {
        double[] scale = ball.scale();
        boolean[] mutable = ball.mutable();
        double[] units = new double[features];
        for (int j = 0; j < features; j++) {
            boolean free = mutable == null || mutable[Math.min(j, mutable.length - 1)];
            double unit = scale == null ? 1 : scale[Math.min(j, scale.length - 1)];
            units[j] = free ? unit : 0;
        }
        return units;
    }
}
