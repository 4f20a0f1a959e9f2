package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Matrices and boxes for the tests. */
final class Boxes {

    static final double FREE = Double.POSITIVE_INFINITY;

    private Boxes() {}

    static NDArray matrix(NDManager manager, DataType type, double[]... rows) {
        double[] flat = Arrays.stream(rows).flatMapToDouble(DoubleStream::of).toArray();
        try (NDArray wide = manager.create(flat, new Shape(rows.length, rows[0].length));
                NDArray typed = wide.toType(type, true)) {
            return typed.duplicate();
        }
    }

    static double[][] rows(NDArray matrix) {
        try (NDArray wide = matrix.toType(DataType.FLOAT64, true)) {
            double[] flat = wide.toDoubleArray();
            int columns = (int) matrix.getShape().get(1);
            return IntStream.range(0, (int) matrix.getShape().get(0))
                    .mapToObj(i -> Arrays.copyOfRange(flat, i * columns, (i + 1) * columns))
                    .toArray(double[][]::new);
        }
    }

    /** A box without limits. */
    static BallBox open(NDManager manager, Norm norm, double epsilon, int rows, int columns) {
        return box(manager, DataType.FLOAT64, norm, epsilon, constant(rows, columns, FREE));
    }

    /** A box that allows as much down as up. */
    static BallBox box(
            NDManager manager, DataType type, Norm norm, double epsilon, double[]... upper) {
        double[][] lower =
                Arrays.stream(upper).map(x -> RowTwins.times(x, -1)).toArray(double[][]::new);
        return new BallBox(
                norm, epsilon, matrix(manager, type, lower), matrix(manager, type, upper));
    }

    /** What is left of the unit interval around random pixels, some black, some immutable. */
    static BallBox pixels(
            NDManager manager,
            DataType type,
            Norm norm,
            double epsilon,
            Random random,
            int... size) {
        double[][] lower = new double[size[0]][size[1]];
        double[][] upper = new double[size[0]][size[1]];
        for (int i = 0; i < size[0]; i++) {
            for (int j = 0; j < size[1]; j++) {
                double pixel = random.nextInt(3) == 0 ? 0 : random.nextInt(64) / 64.0;
                boolean immutable = random.nextInt(6) == 0;
                lower[i][j] = immutable ? 0 : 0 - pixel;
                upper[i][j] = immutable ? 0 : 1 - pixel;
            }
        }
        return new BallBox(
                norm, epsilon, matrix(manager, type, lower), matrix(manager, type, upper));
    }

    static NDArray gaussian(
            NDManager manager, DataType type, double scale, Random random, int... size) {
        double[][] rows = new double[size[0]][size[1]];
        for (double[] row : rows) {
            Arrays.setAll(row, j -> scale * random.nextGaussian());
        }
        return matrix(manager, type, rows);
    }

    static double[][] constant(int rows, int columns, double value) {
        double[][] all = new double[rows][columns];
        for (double[] row : all) {
            Arrays.fill(row, value);
        }
        return all;
    }
}
