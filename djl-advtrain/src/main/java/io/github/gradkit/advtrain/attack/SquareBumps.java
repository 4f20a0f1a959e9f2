package io.github.gradkit.advtrain.attack;

import io.github.gradkit.advtrain.attack.SquareLayout.Window;

/** Two bumps of opposite sign next to each other that fill a window, of Euclidean norm 1. */
final class SquareBumps {

    private final double[] values;
    private final int width;

    private SquareBumps(Window window) {
        values = new double[window.height() * window.width()];
        width = window.width();
    }

    /**
     * Returns the bumps, row by row.
     *
     * @param window the window; a single feature gets one bump
     * @param sideBySide whether they lie side by side, where there is a choice, or above each other
     */
    static double[] of(Window window, boolean sideBySide) {
        SquareBumps bumps = new SquareBumps(window);
        int rows = window.height();
        int columns = window.width();
        if (columns > 1 && (sideBySide || rows == 1)) {
            bumps.add(1, new Window(0, 0, rows, columns / 2));
            bumps.add(-1, new Window(0, columns / 2, rows, columns - columns / 2));
        } else {
            bumps.add(1, new Window(0, 0, rows / 2, columns));
            bumps.add(-1, new Window(rows / 2, 0, rows - rows / 2, columns));
        }
        return bumps.normalized();
    }

    private void add(double sign, Window part) {
        for (int i = 0; i < part.height(); i++) {
            for (int j = 0; j < part.width(); j++) {
                values[(part.top() + i) * width + part.left() + j] = sign * height(i, j, part);
            }
        }
    }

    /** The sum of 1/k^2 over all nested squares around the centre that hold the feature. */
    private static double height(int row, int column, Window part) {
        int ring = Math.max(Math.abs(row - part.height() / 2), Math.abs(column - part.width() / 2));
        double height = 0;
        for (int k = ring; k <= Math.max(part.height(), part.width()) / 2; k++) {
            height += 1.0 / ((k + 1) * (k + 1));
        }
        return height;
    }

    private double[] normalized() {
        double squares = 0;
        for (double value : values) {
            squares += value * value;
        }
        double norm = Math.sqrt(squares);
        for (int k = 0; k < values.length; k++) {
            values[k] /= norm;
        }
        return values;
    }
}
