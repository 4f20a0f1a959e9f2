package io.github.gradkit.advtrain.attack;

import io.github.gradkit.advtrain.attack.SquareLayout.Window;
import java.util.Arrays;

/**
 * Moves in the l1 and l2 norms: one window gives up its part of the budget, another one gets it, in
 * the form of two bumps of opposite sign on top of what it had.
 */
final class SquareMass implements SquareMoves {

    /** The least side of a window of an image; neighbours in a table have nothing in common. */
    private static final int LEAST_SIDE = 3;

    private static final int TILES = 5;

    private final boolean squares;
    private final double epsilon;
    private final SquareLayout layout;
    private final int least;

    SquareMass(Norm norm, double epsilon, SquareLayout layout) {
        squares = norm == Norm.L2;
        this.epsilon = epsilon;
        this.layout = layout;
        least = layout.isSegment() ? 1 : LEAST_SIDE;
    }

    @Override
    public double[] start(SquareRow row) {
        double[] start = new double[row.best().length];
        int rows = tile(layout.height());
        int columns = tile(layout.width());
        for (int top = 0; top < layout.height(); top += rows) {
            for (int left = 0; left < layout.width(); left += columns) {
                Window tile =
                        new Window(
                                top,
                                left,
                                Math.min(rows, layout.height() - top),
                                Math.min(columns, layout.width() - left));
                double[] bumps = SquareBumps.of(tile, row.random().nextBoolean());
                for (int channel = 0; channel < layout.channels(); channel++) {
                    write(row, start, channel, tile, bumps, 0);
                }
            }
        }
        Window all = new Window(0, 0, layout.height(), layout.width());
        double mass = power(epsilon) / layout.channels();
        for (int channel = 0; channel < layout.channels(); channel++) {
            stretch(start, channel, all, mass);
        }
        return settled(row, start);
    }

    private int tile(int side) {
        return Math.max(Math.min(least, side), side / TILES);
    }

    @Override
    public double[] next(SquareRow row, double share) {
        double[] next = row.best().clone();
        Window to = layout.window(share, least, row.random());
        Window from = layout.window(share, least, row.random());
        double[] bumps = SquareBumps.of(to, row.random().nextBoolean());
        double spare = Math.max(power(epsilon) - total(next), 0) / layout.channels();
        double kept = 0;
        for (int channel = 0; channel < layout.channels(); channel++) {
            kept += sum(next, channel, to);
        }
        double weight = kept > 0 ? 1 / root(kept) : 0;
        for (int channel = 0; channel < layout.channels(); channel++) {
            double mass = spare + take(next, channel, to) + take(next, channel, from);
            write(row, next, channel, to, bumps, weight);
            stretch(next, channel, to, mass);
        }
        return settled(row, next);
    }

    private double[] settled(SquareRow row, double[] next) {
        row.solve(
                next,
                squares ? L2Solvers.steepest(epsilon) : new L1Projection(epsilon, next.length));
        return next;
    }

    /** Writes bumps on top of the best perturbation, where there is room on their side. */
    private void write(
            SquareRow row, double[] next, int channel, Window window, double[] bumps, double old) {
        double sign = row.sign();
        for (int i = 0; i < window.height(); i++) {
            for (int j = 0; j < window.width(); j++) {
                int feature = layout.index(channel, window.top() + i, window.left() + j);
                double value = sign * bumps[i * window.width() + j] + old * row.best()[feature];
                next[feature] = row.limit(feature, value) == 0 ? 0 : value;
            }
        }
    }

    private void stretch(double[] next, int channel, Window window, double mass) {
        double sum = sum(next, channel, window);
        if (sum > 0) {
            double factor = root(mass / sum);
            for (int i = 0; i < window.height(); i++) {
                int from = layout.index(channel, window.top() + i, window.left());
                for (int j = from; j < from + window.width(); j++) {
                    next[j] *= factor;
                }
            }
        }
    }

    /** Clears a window and returns what was in it. */
    private double take(double[] next, int channel, Window window) {
        double sum = sum(next, channel, window);
        for (int i = 0; i < window.height(); i++) {
            int from = layout.index(channel, window.top() + i, window.left());
            Arrays.fill(next, from, from + window.width(), 0);
        }
        return sum;
    }

    private double sum(double[] next, int channel, Window window) {
        double sum = 0;
        for (int i = 0; i < window.height(); i++) {
            int from = layout.index(channel, window.top() + i, window.left());
            for (int j = from; j < from + window.width(); j++) {
                sum += power(next[j]);
            }
        }
        return sum;
    }

    private double total(double[] next) {
        return Arrays.stream(next).map(this::power).sum();
    }

    private double power(double value) {
        return squares ? value * value : Math.abs(value);
    }

    private double root(double power) {
        return squares ? Math.sqrt(power) : power;
    }
}
