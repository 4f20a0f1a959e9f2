package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

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

    /** Replaces every row by its solution; rows that are solved at once have their own solvers. */
    void solve(HostMatrix matrix, Supplier<SizeSolver> solvers) {
        matrix.share(
                (first, last) -> {
                    SizeSolver solver = solvers.get();
                    double[] size = new double[matrix.columns()];
                    double[] cap = new double[matrix.columns()];
                    for (int row = first; row < last; row++) {
                        solve(matrix.values(), row * size.length, solver, size, cap);
                    }
                });
    }

    private void solve(double[] values, int from, SizeSolver solver, double[] size, double[] cap) {
        read(values, from, size, cap);
        solver.solve(size, cap);
        for (int j = 0; j < size.length; j++) {
            // The sum turns -0 into 0.
            values[from + j] = Math.copySign(size[j], values[from + j]) + 0.0;
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
