package io.github.gradkit.learninit.explain;

/** Looks for the smallest weight of the hinge that still finds a change, for one input. */
final class ConstantSearch {

    private static final double GROWTH = 10;

    /** Larger weights would drown the other parts of the objective in rounding. */
    private static final double MOST = 1e10;

    private double low;
    private double high = Double.POSITIVE_INFINITY;
    private double now;

    ConstantSearch(double first) {
        now = first;
    }

    double now() {
        return now;
    }

    /** Never less than now, as a first weight may be larger than any that is tried by itself. */
    private double grown() {
        return Math.max(now, Math.min(MOST, now * GROWTH));
    }

    /** Ten times more after failures only, then the middle of the last failure and success. */
    void advance(boolean found) {
        if (found) {
            high = Math.min(high, now);
        } else {
            low = Math.max(low, now);
        }
        now = Double.isInfinite(high) ? grown() : (low + high) / 2;
    }
}
