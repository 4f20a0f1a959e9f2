package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;

/**
 * The rows of a box on the host.
 *
 * @param lower the lower limits, none above 0
 * @param upper the upper limits, none below 0
 */
record BoxRows(HostMatrix lower, HostMatrix upper) {

    static BoxRows of(NDArray lower, NDArray upper) {
        return new BoxRows(HostMatrix.copyOf(lower), HostMatrix.copyOf(upper));
    }

    /** Replaces every row by its solution. */
    void solve(HostMatrix matrix, SizeSolver solver) {
        double[] size = new double[matrix.columns()];
        double[] cap = new double[matrix.columns()];
        for (int row = 0; row < matrix.rows(); row++) {
            int from = row * matrix.columns();
            read(matrix.values(), from, size, cap);
            solver.solve(size, cap);
            for (int j = 0; j < size.length; j++) {
                double value = matrix.values()[from + j];
                // Subtracted, not negated: there is no -0.
                matrix.values()[from + j] = value < 0 ? 0 - size[j] : size[j];
            }
        }
    }

    private void read(double[] values, int from, double[] size, double[] cap) {
        for (int j = 0; j < size.length; j++) {
            double value = values[from + j];
            size[j] = Math.abs(value);
            cap[j] = value < 0 ? 0 - lower.values()[from + j] : upper.values()[from + j];
        }
    }

    /** Tells whether a feature may change at all. */
    boolean free(int index) {
        return lower.values()[index] < upper.values()[index];
    }

    /** Returns the width of the box in one feature. */
    double width(int index) {
        return upper.values()[index] - lower.values()[index];
    }
}
