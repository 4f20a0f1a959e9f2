package io.github.gradkit.advtrain.attack;

/** How large the windows of a {@link Square} attack are after a number of proposals. */
final class SquareSchedule {

    /** The budget that the marks are for. */
    private static final long BUDGET = 10_000;

    private SquareSchedule() {}

    /**
     * Returns the share of the features that a window covers.
     *
     * @param initial the share at the beginning
     * @param proposal the number of the proposal, from 1
     */
    static double share(double initial, long proposal) {
        double share = initial;
        for (int mark : new int[] {10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000}) {
            share /= proposal > mark ? 2 : 1;
        }
        return share;
    }

    /** Returns the number of a proposal in a budget of 10,000 that is as far from the end. */
    static long rescaled(int proposal, int budget) {
        return proposal * BUDGET / budget;
    }
}
