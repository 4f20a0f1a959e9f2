package io.github.gradkit.hyperopt;

import java.util.Arrays;
import java.util.List;

/** Sums over the parameters of each group. */
final class Measured {
    /**
     * A squared length below this share of those of its parts is what rounding left of 0. It is a
     * number of single precision.
     */
    private static final double NOISE = 1e-6;

    private final double[][] hypergradients;
    private final double[][] squaredDirections;
    private final double[][] squaredParts;
    private final double[] squaredGradients;
    private boolean isFinite = true;

    private Measured(int groups, int[] sizes) {
        hypergradients = new double[groups][];
        squaredDirections = new double[groups][];
        squaredParts = new double[groups][];
        squaredGradients = new double[groups];
        for (int i = 0; i < groups; i++) {
            hypergradients[i] = new double[sizes[i]];
            squaredDirections[i] = new double[sizes[i]];
            squaredParts[i] = new double[sizes[i]];
        }
    }

    static Measured zero(List<List<Coefficients>> derivatives) {
        int[] sizes = derivatives.stream().mapToInt(List::size).toArray();
        return new Measured(sizes.length, sizes);
    }

    void check(double number) {
        isFinite &= Double.isFinite(number);
    }

    void add(int group, int k, double dot, double square, double parts) {
        hypergradients[group][k] += dot;
        squaredDirections[group][k] += square;
        squaredParts[group][k] += parts;
    }

    void addGradient(int group, double square) {
        if (group < squaredGradients.length) {
            squaredGradients[group] += square;
        }
    }

    boolean isFinite() {
        return isFinite;
    }

    /** The derivatives of the loss by the values of the tuned hyperparameters, by group. */
    double[][] hypergradients() {
        return Arrays.stream(hypergradients).map(double[]::clone).toArray(double[][]::new);
    }

    /** The cosine of the gradient and the derivative of the last update; 0 if one is 0. */
    double cosine(int group, int k) {
        double square = squaredDirections[group][k];
        double scale = Math.sqrt(squaredGradients[group]) * Math.sqrt(square);
        if (!(scale > 0) || square < NOISE * squaredParts[group][k]) {
            return 0;
        }
        return Math.max(-1, Math.min(1, hypergradients[group][k] / scale));
    }
}
