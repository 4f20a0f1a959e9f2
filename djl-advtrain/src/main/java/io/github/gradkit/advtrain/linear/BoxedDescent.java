package io.github.gradkit.advtrain.linear;

import java.util.Comparator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** The smallest inner product with a gradient over all vectors in a ball and a box. */
final class BoxedDescent {

    private BoxedDescent() {}

    /**
     * Returns where it is.
     *
     * @param gradient the gradient
     * @param room how far each coordinate may move against the sign of the gradient
     * @param norm the norm of the ball
     * @param epsilon its radius
     */
    static double[] lowest(double[] gradient, double[] room, LqNorm norm, double epsilon) {
        double[] lengths = new double[gradient.length];
        if (epsilon == 0) {
            return lengths;
        }
        if (norm.q() == Double.POSITIVE_INFINITY) {
            for (int i = 0; i < lengths.length; i++) {
                lengths[i] = Math.min(epsilon, room[i]);
            }
        } else if (norm.q() == 1) {
            spend(gradient, room, epsilon, lengths);
        } else {
            share(gradient, room, norm.q(), epsilon, lengths);
        }
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] *= -Math.signum(gradient[i]);
        }
        return lengths;
    }

    /** Spends epsilon on the steepest coordinates first, each as far as it has room. */
    private static void spend(double[] gradient, double[] room, double epsilon, double[] lengths) {
        double left = epsilon;
        for (int i : descending(i -> Math.abs(gradient[i]), gradient.length)) {
            lengths[i] = Math.min(left, room[i]);
            left -= lengths[i];
        }
    }

    /**
     * Moves each coordinate by {@code |g|^(p-1)} times a common factor, or as far as it has room.
     * As the factor grows, coordinates run out of room in the order of room over {@code |g|^(p-1)};
     * with those that have, the factor that uses up epsilon is known.
     */
    private static void share(
            double[] gradient, double[] room, double q, double epsilon, double[] lengths) {
        double steepest = Vectors.norm(gradient, Double.POSITIVE_INFINITY);
        double[] pace = new double[gradient.length];
        for (int i = 0; i < pace.length; i++) {
            pace[i] = steepest == 0 ? 0 : Math.pow(Math.abs(gradient[i]) / steepest, 1 / (q - 1));
        }
        int[] order = descending(i -> pace[i] == 0 ? 0 : pace[i] / room[i], pace.length);
        double[] rest = sumsFrom(order, pace, q);
        // In units of epsilon, so that no power overflows.
        double left = 1;
        for (int k = 0; k < order.length && left > 0; k++) {
            int i = order[k];
            if (pace[i] == 0) {
                // Others after it may have room without end, which ranks as low.
                continue;
            }
            double factor = epsilon * Math.pow(left / rest[k], 1 / q);
            if (pace[i] * factor < room[i]) {
                for (int later = k; later < order.length; later++) {
                    lengths[order[later]] = pace[order[later]] * factor;
                }
                return;
            }
            lengths[i] = room[i];
            left -= Math.pow(room[i] / epsilon, q);
        }
    }

    /** Returns for each place in the order the sum of powers from there to the end. */
    private static double[] sumsFrom(int[] order, double[] pace, double q) {
        double[] sums = new double[order.length];
        double sum = 0;
        for (int k = order.length - 1; k >= 0; k--) {
            sum += Math.pow(pace[order[k]], q);
            sums[k] = sum;
        }
        return sums;
    }

    private static int[] descending(IntToDoubleFunction key, int size) {
        return IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -key.applyAsDouble(i)))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
