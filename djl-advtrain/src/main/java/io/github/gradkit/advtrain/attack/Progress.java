package io.github.gradkit.advtrain.attack;

import java.util.Arrays;

/** How the losses of the examples went in one run of APGD. */
final class Progress {

    private double[] best;
    private double[] last;
    private int[] climbs;

    Progress(int examples) {
        best = new double[examples];
        last = new double[examples];
        climbs = new int[examples];
        Arrays.fill(best, Double.NaN);
        Arrays.fill(last, Double.NaN);
    }

    /** Takes down the losses of the current perturbations; tells which are the best so far. */
    boolean[] record(double[] losses) {
        boolean[] improved = new boolean[losses.length];
        for (int i = 0; i < losses.length; i++) {
            climbs[i] += losses[i] > last[i] ? 1 : 0;
            last[i] = losses[i];
            if (Double.isNaN(best[i]) || losses[i] > best[i]) {
                improved[i] = true;
                best[i] = losses[i];
            }
        }
        return improved;
    }

    /** Returns the highest loss of an example. */
    double best(int row) {
        return best[row];
    }

    /** Returns how many steps since the last checkpoint ended higher than they began. */
    int climbs(int row) {
        return climbs[row];
    }

    /** Starts to count anew. */
    void passCheckpoint() {
        Arrays.fill(climbs, 0);
    }

    /** Forgets all examples but some. */
    void keep(int[] places) {
        best = PerRow.pick(best, places);
        last = PerRow.pick(last, places);
        climbs = PerRow.pick(climbs, places);
    }
}
