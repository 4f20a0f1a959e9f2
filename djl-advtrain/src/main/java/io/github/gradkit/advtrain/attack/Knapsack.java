package io.github.gradkit.advtrain.attack;

/**
 * Spends a budget on the entries of the largest size first, each up to its cap.
 *
 * <p>This maximises a linear function on the l1 ball and a box; with caps of 1 and a whole budget
 * it picks the top entries. At equal sizes the entry of the lowest index comes first. Entries of
 * size 0 get nothing. The search narrows down the size at which the budget ends, without sorting.
 * Not for use by two rows at once.
 */
final class Knapsack {

    private final int[] open;
    private int openCount;

    Knapsack(int features) {
        open = new int[features];
    }

    /** Replaces every size by what the entry gets of the budget. */
    void fill(double[] size, double[] cap, double budget) {
        double left = budget;
        open(size, cap);
        double[] given = new double[size.length];
        while (openCount > 0) {
            double pivot = size[open[openCount / 2]];
            double larger = 0;
            for (int i = 0; i < openCount; i++) {
                larger += size[open[i]] > pivot ? cap[open[i]] : 0;
            }
            if (larger > left) {
                keep(size, pivot);
            } else {
                left -= larger;
                left = give(size, cap, pivot, left, given);
            }
        }
        System.arraycopy(given, 0, size, 0, size.length);
    }

    // Comparisons are as good as random here: counted up instead of branched on.

    private void open(double[] size, double[] cap) {
        openCount = 0;
        for (int j = 0; j < size.length; j++) {
            open[openCount] = j;
            openCount += Math.min(size[j], cap[j]) > 0 ? 1 : 0;
        }
    }

    /** Keeps open what is larger than the pivot. */
    private void keep(double[] size, double pivot) {
        int kept = 0;
        for (int i = 0; i < openCount; i++) {
            int j = open[i];
            open[kept] = j;
            kept += size[j] > pivot ? 1 : 0;
        }
        openCount = kept;
    }

    /** Gives to the pivot and everything larger; returns what is left for those still open. */
    private double give(double[] size, double[] cap, double pivot, double budget, double[] given) {
        double left = budget;
        int kept = 0;
        for (int i = 0; i < openCount; i++) {
            int j = open[i];
            open[kept] = j;
            kept += size[j] < pivot ? 1 : 0;
            if (size[j] > pivot) {
                given[j] = cap[j];
            } else if (size[j] == pivot) {
                given[j] = Math.min(cap[j], left);
                left -= given[j];
            }
        }
        openCount = left > 0 ? kept : 0;
        return left;
    }
}
