package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Norms of the rows of a matrix, summed up in double precision. */
final class RowNorms {

    private RowNorms() {}

    /** Returns an array {@code (n)} on the manager of the matrix. */
    static NDArray of(Norm norm, NDArray matrix) {
        HostMatrix rows = HostMatrix.finiteCopyOf(matrix);
        HostMatrix norms = HostMatrix.zeros(rows.rows(), 1);
        for (int row = 0; row < rows.rows(); row++) {
            int from = row * rows.columns();
            norms.values()[row] = of(norm, rows.values(), from, from + rows.columns());
        }
        return norms.toArray(matrix, new Shape(rows.rows()));
    }

    static double of(Norm norm, double[] values, int from, int to) {
        double total = 0;
        for (int j = from; j < to; j++) {
            double size = Math.abs(values[j]);
            total =
                    switch (norm) {
                        case L1 -> total + size;
                        case L2 -> total + size * size;
                        case LINF -> Math.max(total, size);
                    };
        }
        return norm == Norm.L2 ? Math.sqrt(total) : total;
    }
}
