package io.github.gradkit.advtrain.attack;

/**
 * Problems on the l2 ball and a box.
 *
 * <p>Both solutions have the form {@code min(scale * size, cap)}, with the largest scale that keeps
 * the row in the ball. The squared norm is a concave, piecewise linear function of the squared
 * scale, so Newton's method from a scale that is too small never overshoots, and ends exactly when
 * the set of capped entries stops growing, after a few passes.
 */
final class L2Solvers {

    private L2Solvers() {}

    /** The Euclidean projection. */
    static SizeSolver projection(double epsilon) {
        return (size, cap) ->
                fill(
                        size,
                        cap,
                        cappedSquares(size, cap) <= epsilon * epsilon
                                ? 1
                                : scale(size, cap, epsilon));
    }

    /** The largest inner product with what the sizes are of. */
    static SizeSolver steepest(double epsilon) {
        return (size, cap) -> {
            divideByLargest(size);
            if (allCapsFit(size, cap, epsilon)) {
                for (int j = 0; j < size.length; j++) {
                    size[j] = size[j] > 0 ? cap[j] : 0;
                }
            } else {
                fill(size, cap, scale(size, cap, epsilon));
            }
        };
    }

    /** Brings sizes to at most 1, so that tiny gradients have squares. */
    static void divideByLargest(double[] size) {
        double largest = 0;
        for (double value : size) {
            largest = Math.max(largest, value);
        }
        if (largest > 0) {
            for (int j = 0; j < size.length; j++) {
                size[j] /= largest;
            }
        }
    }

    private static double cappedSquares(double[] size, double[] cap) {
        double sum = 0;
        for (int j = 0; j < size.length; j++) {
            double value = Math.min(size[j], cap[j]);
            sum += value * value;
        }
        return sum;
    }

    private static boolean allCapsFit(double[] size, double[] cap, double epsilon) {
        double sum = 0;
        for (int j = 0; j < size.length; j++) {
            sum += size[j] > 0 ? cap[j] * cap[j] : 0;
        }
        return sum <= epsilon * epsilon;
    }

    private static double scale(double[] size, double[] cap, double epsilon) {
        double scale = 0;
        while (true) {
            double room = epsilon * epsilon;
            double growing = 0;
            for (int j = 0; j < size.length; j++) {
                if (scale * size[j] >= cap[j]) {
                    room -= cap[j] * cap[j];
                } else {
                    growing += size[j] * size[j];
                }
            }
            double next = Math.sqrt(room / growing);
            // Also ends on NaN, which is what rounding leaves if all entries are capped.
            if (!(next > scale) || next == Double.POSITIVE_INFINITY) {
                return scale;
            }
            scale = next;
        }
    }

    private static void fill(double[] size, double[] cap, double scale) {
        for (int j = 0; j < size.length; j++) {
            size[j] = Math.min(scale * size[j], cap[j]);
        }
    }
}
