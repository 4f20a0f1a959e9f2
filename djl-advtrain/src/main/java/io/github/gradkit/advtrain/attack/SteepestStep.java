package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;

/** Steps of norm 1 along which a linear function grows most, row by row. */
final class SteepestStep {

    private SteepestStep() {}

    /** Maximises {@code gradient . step} over the unit ball. */
    static NDArray of(Norm norm, NDArray gradient) {
        if (norm == Norm.LINF) {
            return signs(gradient);
        }
        HostMatrix step = HostMatrix.finiteCopyOf(gradient);
        if (norm == Norm.L2) {
            normalize(step);
        } else {
            forEach(step, SteepestStep::keepLargest);
        }
        return step.toArray(gradient);
    }

    /** Brings every row to length 1, except those of zeros. */
    static void normalize(HostMatrix matrix) {
        forEach(matrix, SteepestStep::normalize);
    }

    private interface Row {

        void on(double[] values, int from, int to);
    }

    private static void forEach(HostMatrix matrix, Row work) {
        matrix.share(
                (first, last) -> {
                    for (int row = first; row < last; row++) {
                        int from = row * matrix.columns();
                        work.on(matrix.values(), from, from + matrix.columns());
                    }
                });
    }

    /** Returns the sign of every entry. */
    static NDArray signs(NDArray gradient) {
        try (NDArray detached = gradient.stopGradient()) {
            // The sign of NaN is 0 here, as wanted.
            return detached.sign();
        }
    }

    private static void normalize(double[] values, int from, int to) {
        double largest = Math.abs(values[largest(values, from, to)]);
        if (largest == 0) {
            return;
        }
        // First to a size of at most 1: the squares of tiny gradients would be 0.
        double squares = 0;
        for (int j = from; j < to; j++) {
            values[j] /= largest;
            squares += values[j] * values[j];
        }
        double norm = Math.sqrt(squares);
        for (int j = from; j < to; j++) {
            values[j] /= norm;
        }
    }

    private static void keepLargest(double[] values, int from, int to) {
        int kept = largest(values, from, to);
        double sign = sign(values[kept]);
        Arrays.fill(values, from, to, 0);
        values[kept] = sign;
    }

    private static int largest(double[] values, int from, int to) {
        int best = from;
        for (int j = from + 1; j < to; j++) {
            if (Math.abs(values[j]) > Math.abs(values[best])) {
                best = j;
            }
        }
        return best;
    }

    private static double sign(double value) {
        // Not Math.signum, which keeps the sign of -0.
        return value > 0 ? 1 : value < 0 ? -1 : 0;
    }
}
