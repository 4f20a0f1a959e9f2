package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Examples that keep their numbers on the host, each for itself, so that any of them can leave. */
final class HostRows {

    private HostRows() {}

    /** Copies a matrix, row by row. */
    static List<double[]> of(NDArray matrix) {
        HostMatrix host = HostMatrix.copyOf(matrix);
        List<double[]> rows = new ArrayList<>(host.rows());
        for (int row = 0; row < host.rows(); row++) {
            int from = row * host.columns();
            rows.add(Arrays.copyOfRange(host.values(), from, from + host.columns()));
        }
        return rows;
    }

    /** Returns a new matrix with these rows, on the manager and of the type given. */
    static NDArray toArray(List<double[]> rows, NDArray like) {
        HostMatrix host = HostMatrix.zeros(rows.size(), rows.get(0).length);
        for (int row = 0; row < host.rows(); row++) {
            System.arraycopy(rows.get(row), 0, host.values(), row * host.columns(), host.columns());
        }
        return host.toArray(like);
    }

    /** Returns the elements at some places. */
    static <T> List<T> at(List<T> all, int[] places) {
        List<T> some = new ArrayList<>(places.length);
        for (int place : places) {
            some.add(all.get(place));
        }
        return some;
    }
}
