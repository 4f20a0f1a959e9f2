package io.github.gradkit.learninit.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import java.util.Random;

/** Two classes by a linear function, for which explanations are known exactly. */
final class LinearClassifier {

    static final int SIZE = 8;

    private final float[] weights = new float[2 * SIZE];

    /** Draws weights that favour no class on the whole, so that small changes can change it. */
    LinearClassifier(long seed) {
        Random random = new Random(seed);
        double lead = 0;
        for (int i = 0; i < SIZE; i++) {
            weights[i] = (float) random.nextGaussian();
            weights[SIZE + i] = (float) random.nextGaussian();
            lead += favour(i, 1);
        }
        for (int i = 0; i < SIZE; i++) {
            weights[SIZE + i] -= (float) (lead / SIZE);
        }
    }

    Block block(NDManager manager) {
        Block block = Linear.builder().setUnits(2).optBias(false).build();
        block.initialize(manager, DataType.FLOAT32, new Shape(1, SIZE));
        NDArray parameter = block.getParameters().get(0).getValue().getArray();
        try (NDArray values = manager.create(weights, new Shape(2, SIZE))) {
            values.copyTo(parameter);
        }
        return block;
    }

    double score(float[] x, int label) {
        double sum = 0;
        for (int i = 0; i < SIZE; i++) {
            sum += weights[label * SIZE + i] * x[i];
        }
        return sum;
    }

    int label(float[] x) {
        return score(x, 1) > score(x, 0) ? 1 : 0;
    }

    /** How much one more of feature i favours a class. */
    double favour(int i, int label) {
        return weights[label * SIZE + i] - weights[(1 - label) * SIZE + i];
    }

    /**
     * The change from 0 to room with the least {@code beta |d|_1 + |d|_2^2} that raises the lead of
     * a class by an amount: for the multiplier m of that constraint, each number is {@code (m w -
     * beta) / 2} within its bounds, and m is found by bisection. Null if the room is too small.
     */
    double[] smallest(double[] room, int label, double amount, double beta) {
        double low = 0;
        double high = 1e6;
        if (lead(change(room, label, high, beta), label) < amount) {
            return null;
        }
        for (int i = 0; i < 200; i++) {
            double middle = (low + high) / 2;
            if (lead(change(room, label, middle, beta), label) < amount) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return change(room, label, high, beta);
    }

    private double[] change(double[] room, int label, double multiplier, double beta) {
        double[] change = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            double free = (multiplier * favour(i, label) - beta) / 2;
            change[i] = Math.max(0, Math.min(room[i], free));
        }
        return change;
    }

    private double lead(double[] change, int label) {
        double lead = 0;
        for (int i = 0; i < SIZE; i++) {
            lead += favour(i, label) * change[i];
        }
        return lead;
    }

    static double size(double[] change, double beta) {
        double size = 0;
        for (double number : change) {
            size += beta * Math.abs(number) + number * number;
        }
        return size;
    }
}
