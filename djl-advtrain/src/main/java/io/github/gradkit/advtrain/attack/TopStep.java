package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;

/**
 * The sparse step of attacks in the l1 norm: the signs of the top entries of a gradient, divided by
 * their number.
 */
final class TopStep {

    /** A projection may leave an entry short of its limit by rounding. */
    private static final double AT_THE_EDGE = 1 - 1e-12;

    private final HostMatrix gradient;
    private final HostMatrix perturbation;
    private final BoxRows box;
    private final Knapsack knapsack;
    private final double[] size;
    private final double[] cap;

    private TopStep(HostMatrix gradient, HostMatrix perturbation, BoxRows box) {
        this.gradient = gradient;
        this.perturbation = perturbation;
        this.box = box;
        knapsack = new Knapsack(gradient.columns());
        size = new double[gradient.columns()];
        cap = new double[gradient.columns()];
    }

    /**
     * Checks a share of the features.
     *
     * @throws IllegalArgumentException if it is not from 0 to 1
     */
    static double requireShare(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "The share of the features that move must be from 0 to 1, but was "
                            + share
                            + ". Take 0 for one feature, 1 for all.");
        }
        return share;
    }

    /** Returns how many features of inputs {@code (n, d)} a share is, at least one. */
    static int count(double share, NDArray inputs) {
        return (int) Math.max(1, Math.round(requireShare(share) * inputs.getShape().get(1)));
    }

    /** Replaces a gradient by the step, of l1 norm 1, or 0 in rows where no entry can move. */
    static void pick(HostMatrix gradient, HostMatrix perturbation, BoxRows box, int[] top) {
        gradient.share(
                (first, last) -> {
                    TopStep rows = new TopStep(gradient, perturbation, box);
                    for (int row = first; row < last; row++) {
                        int from = row * gradient.columns();
                        if (top[row] > 1) {
                            rows.pick(from, top[row]);
                        } else {
                            rows.pickOne(from);
                        }
                    }
                });
    }

    private void pickOne(int from) {
        double[] values = gradient.values();
        int best = -1;
        double steepest = 0;
        for (int j = from; j < from + size.length; j++) {
            // The larger slope first: room is asked for a few times in a row only.
            if (Math.abs(values[j]) > steepest && room(j, values[j]) > 0) {
                steepest = Math.abs(values[j]);
                best = j;
            }
        }
        double sign = best < 0 ? 0 : Math.copySign(1, values[best]);
        Arrays.fill(values, from, from + size.length, 0);
        if (best >= 0) {
            values[best] = sign;
        }
    }

    private void pick(int from, int top) {
        for (int j = 0; j < size.length; j++) {
            double slope = gradient.values()[from + j];
            size[j] = Math.abs(slope);
            cap[j] = room(from + j, slope);
        }
        knapsack.fill(size, cap, top);
        double picked = 0;
        for (double one : size) {
            picked += one;
        }
        for (int j = 0; j < size.length; j++) {
            double slope = gradient.values()[from + j];
            double part = picked > 0 ? size[j] / picked : 0;
            gradient.values()[from + j] = Math.copySign(part, slope) + 0.0;
        }
    }

    /** Returns 1 if the entry can move to the side of the slope and 0 otherwise. */
    private double room(int index, double slope) {
        double reach = Math.copySign(1, slope) * perturbation.values()[index];
        return reach < AT_THE_EDGE * Math.abs(box.limit(index, slope)) ? 1 : 0;
    }
}
