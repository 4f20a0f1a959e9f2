package io.github.gradkit.advtrain.attack;

import io.github.gradkit.advtrain.attack.SquareLayout.Window;

/** Two bumps of opposite sign next to each other that fill a window, of Euclidean norm 1. */
final class SquareBumps {

    private SquareBumps() {}

    /**
     * Returns the bumps.
     *
     * @param window the window; a single feature gets one bump
     * @param sideBySide whether they lie side by side, where there is a choice, or above each other
     */
    static double[] of(Window window, boolean sideBySide) {
        boolean split = window.width() > 1 && (sideBySide || window.height() == 1);
        int rows = split ? window.height() : Math.max(1, window.height() / 2);
        int columns = split ? window.width() / 2 : window.width();
        double[] bumps = new double[window.height() * window.width()];
        double squares = 0;
        for (int k = 0; k < bumps.length; k++) {
            int i = k / window.width();
            int j = k % window.width();
            boolean first = i < rows && j < columns;
            double height =
                    first
                            ? height(i, j, rows, columns)
                            : -height(
                                    split ? i : i - rows,
                                    split ? j - columns : j,
                                    split ? rows : window.height() - rows,
                                    split ? window.width() - columns : columns);
            bumps[k] = height;
            squares += height * height;
        }
        double norm = Math.sqrt(squares);
        for (int k = 0; k < bumps.length; k++) {
            bumps[k] /= norm;
        }
        return bumps;
    }

    /** The sum of 1/k^2 over all nested squares around the centre that hold the feature. */
    private static double height(int row, int column, int rows, int columns) {
        int ring = Math.max(Math.abs(row - rows / 2), Math.abs(column - columns / 2));
        double height = 0;
        for (int k = ring; k <= Math.max(rows, columns) / 2; k++) {
            height += 1.0 / ((k + 1) * (k + 1));
        }
        return height;
    }
}
