package io.github.gradkit.learninit.internal;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Means and standard deviations of the columns of a table, which bring all of them to one scale.
 */
public final class Moments {

    /** A smaller spread, relative to the mean, may be rounding of float32 only. */
    private static final double ROUNDING = 1e-6;

    private final double[] means;
    private final double[] spreads;

    private Moments(double[] means, double[] spreads) {
        this.means = means;
        this.spreads = spreads;
    }

    /**
     * Computes them, with a spread of 1 where nothing varies by more than rounding.
     *
     * @param numbers the numbers, row by row, at least one row
     * @param width how many are in a row
     * @return the moments of each column
     */
    public static Moments of(float[] numbers, int width) {
        int rows = numbers.length / width;
        double[] means = new double[width];
        double[] spreads = new double[width];
        for (int i = 0; i < numbers.length; i++) {
            means[i % width] += (double) numbers[i] / rows;
        }
        for (int i = 0; i < numbers.length; i++) {
            double off = numbers[i] - means[i % width];
            spreads[i % width] += off * off / rows;
        }
        for (int i = 0; i < width; i++) {
            spreads[i] = usable(Math.sqrt(spreads[i]), means[i]);
        }
        return new Moments(means, spreads);
    }

    /** The bound is relative: numbers of a small unit vary as much as those of a large one. */
    private static double usable(double spread, double mean) {
        return spread <= Math.max(Float.MIN_NORMAL, ROUNDING * Math.abs(mean)) ? 1 : spread;
    }

    /**
     * Makes moments that change nothing.
     *
     * @param width how many numbers are in a row
     * @return means of 0 and spreads of 1
     */
    public static Moments plain(int width) {
        double[] ones = new double[width];
        Arrays.fill(ones, 1);
        return new Moments(new double[width], ones);
    }

    /**
     * Gives some columns another spread.
     *
     * @param columns tells which ones, from 0
     * @param spread their spread
     * @return other moments
     */
    public Moments withSpread(IntPredicate columns, double spread) {
        double[] others = spreads.clone();
        for (int i = 0; i < others.length; i++) {
            others[i] = columns.test(i) ? spread : others[i];
        }
        return new Moments(means, others);
    }

    /**
     * Returns how many numbers are in a row.
     *
     * @return the width
     */
    public int width() {
        return means.length;
    }

    /**
     * Returns the means.
     *
     * @return one for each column
     */
    public float[] means() {
        return floats(means);
    }

    /**
     * Returns the standard deviations.
     *
     * @return one for each column, above 0
     */
    public float[] spreads() {
        return floats(spreads);
    }

    private static float[] floats(double[] numbers) {
        float[] floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers[i];
        }
        return floats;
    }

    /**
     * Takes the means away and divides by the standard deviations.
     *
     * @param numbers the numbers, row by row
     * @return the numbers on one scale
     */
    public float[] standardised(float[] numbers) {
        float[] scaled = new float[numbers.length];
        for (int i = 0; i < scaled.length; i++) {
            int column = i % means.length;
            scaled[i] = (float) ((numbers[i] - means[column]) / spreads[column]);
        }
        return scaled;
    }
}
