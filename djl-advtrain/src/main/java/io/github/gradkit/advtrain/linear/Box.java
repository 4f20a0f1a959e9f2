package io.github.gradkit.advtrain.linear;

/** Ranges of features; one range may stand for all. */
final class Box {

    private final double[] low;
    private final double[] high;

    private Box(double[] low, double[] high) {
        this.low = low;
        this.high = high;
    }

    static Box of(double[] low, double[] high) {
        Checks.length(high, low.length, "The upper end of the box");
        for (int i = 0; i < low.length; i++) {
            if (!(low[i] <= high[i])) {
                throw new IllegalArgumentException(
                        String.format(
                                "The range of feature %d must not be empty, but goes from %s to"
                                        + " %s: no input would be allowed.",
                                i, low[i], high[i]));
            }
        }
        return new Box(low.clone(), high.clone());
    }

    void checkDimension(int features) {
        if (low.length != 1) {
            Checks.length(low, features, "The box");
        }
    }

    void checkContains(double[] x) {
        for (int i = 0; i < x.length; i++) {
            if (x[i] < low(i) || x[i] > high(i)) {
                throw new IllegalArgumentException(
                        String.format(
                                "The input must lie in the box, but feature %d is %s, not in %s to"
                                        + " %s: perturbations are counted from an allowed input."
                                        + " Clip it, or widen the box.",
                                i, x[i], low(i), high(i)));
            }
        }
    }

    /** Returns how far each feature can move against the sign of a gradient. */
    double[] room(double[] x, double[] gradient) {
        double[] room = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            room[i] = gradient[i] > 0 ? x[i] - low(i) : high(i) - x[i];
        }
        return room;
    }

    private double low(int feature) {
        return low[low.length == 1 ? 0 : feature];
    }

    private double high(int feature) {
        return high[high.length == 1 ? 0 : feature];
    }
}
