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
                // The sum turns -0 into 0.
                matrix.values()[from + j] = Math.copySign(size[j], matrix.values()[from + j]) + 0.0;
            }
        }
    }

    private void read(double[] values, int from, double[] size, double[] cap) {
        for (int j = 0; j < size.length; j++) {
            double value = values[from + j];
            size[j] = Math.abs(value);
            cap[j] = Math.abs(limit(from + j, value));
        }
    }

    /** Returns the limit on the side of a value. */
    double limit(int index, double value) {
        // Signs are random here: bits instead of a branch make all of the geometry twice as fast.
        long negative = Double.doubleToRawLongBits(value) >> 63;
        long low = Double.doubleToRawLongBits(lower.values()[index]);
        long high = Double.doubleToRawLongBits(upper.values()[index]);
        return Double.longBitsToDouble((low & negative) | (high & ~negative));
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
