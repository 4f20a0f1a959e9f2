package io.github.gradkit.report;

import java.util.Objects;

/** A named line of a {@link LineChart}. */
public final class Series {

    private final String name;
    private final double[] x;
    private final double[] y;
    private final boolean reference;

    private Series(String name, double[] x, double[] y, boolean reference) {
        this.name = Checks.text(name, "the name of a series");
        this.x = Objects.requireNonNull(x, "x must not be null").clone();
        this.y = Objects.requireNonNull(y, "y must not be null").clone();
        this.reference = reference;
        checkLengths();
        checkAscending();
        Checks.finiteOrGap(this.y, "the y values of series \"" + name + "\"");
    }

    /**
     * Makes a line.
     *
     * @param name the name shown in the legend; not blank
     * @param x the x values, at least one, finite and strictly ascending; copied
     * @param y the y values, as many as x values; NaN is a gap in the line; copied
     * @return the series
     * @throws IllegalArgumentException if the values break these rules or no y value is finite
     */
    public static Series of(String name, double[] x, double[] y) {
        return new Series(name, x, y, false);
    }

    /**
     * Makes a line drawn dashed and in grey: a baseline or bound to compare the others with.
     *
     * @param name the name shown in the legend; not blank
     * @param x the x values, at least one, finite and strictly ascending; copied
     * @param y the y values, as many as x values; NaN is a gap in the line; copied
     * @return the series
     * @throws IllegalArgumentException if the values break these rules or no y value is finite
     */
    public static Series reference(String name, double[] x, double[] y) {
        return new Series(name, x, y, true);
    }

    /**
     * Returns the name.
     *
     * @return the name shown in the legend
     */
    public String name() {
        return name;
    }

    /**
     * Returns the x values.
     *
     * @return a copy of the x values, strictly ascending
     */
    public double[] x() {
        return x.clone();
    }

    /**
     * Returns the y values.
     *
     * @return a copy of the y values; NaN is a gap
     */
    public double[] y() {
        return y.clone();
    }

    /**
     * Tells whether this is a dashed reference line.
     *
     * @return whether the line is drawn dashed and in grey
     */
    public boolean isReference() {
        return reference;
    }

    private void checkLengths() {
        if (x.length == 0) {
            throw new IllegalArgumentException(
                    "series \"" + name + "\" must have at least one point; leave it out");
        }
        if (x.length != y.length) {
            throw new IllegalArgumentException(
                    String.format(
                            "series \"%s\" must have as many y as x values, but has %d x and %d y",
                            name, x.length, y.length));
        }
    }

    private void checkAscending() {
        for (int i = 0; i < x.length; i++) {
            if (!Double.isFinite(x[i])) {
                throw new IllegalArgumentException(
                        String.format(
                                "the x values of series \"%s\" must be finite, but value %d is %s",
                                name, i, x[i]));
            }
            if (i > 0 && x[i] <= x[i - 1]) {
                throw new IllegalArgumentException(
                        String.format(
                                "the x values of series \"%s\" must be strictly ascending, but"
                                        + " value %d is %s after %s; sort the points and merge"
                                        + " those with equal x",
                                name, i, x[i], x[i - 1]));
            }
        }
    }
}
