package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/** Sums over all pairs of pixels, some rows of the matrix at a time. */
final class ExactSums {

    /** Entries of the matrix that are there at a time: few enough for a processor's cache. */
    private static final int BLOCK = 1 << 20;

    /**
     * Affinities of 1e-26 are as good as 0, and smaller ones would be denormal numbers, with which
     * a processor is slow.
     */
    private static final double LEAST_EXPONENT = -60;

    private ExactSums() {}

    /** Returns about how long it takes, in nanoseconds on one core. */
    static double cost(int pixels, int values) {
        return (double) pixels * pixels * (1.5 + 0.02 * values);
    }

    /** Returns the matrix of affinities times rows of values, (pixels, values). */
    static NDArray of(PixelFeatures features, NDArray rows) {
        int pixels = features.pixels();
        try (NDManager scope = rows.getManager().newSubManager()) {
            NDArray first = factor(features, true, scope);
            NDArray second = factor(features, false, scope).transpose();
            NDArray least = scope.create(LEAST_EXPONENT).toType(rows.getDataType(), true);
            NDList blocks = new NDList();
            int step = Math.max(1, BLOCK / pixels);
            for (int from = 0; from < pixels; from += step) {
                int to = Math.min(pixels, from + step);
                try (NDArray part = first.get(new NDIndex().addSliceDim(from, to));
                        NDArray exponents = part.matMul(second);
                        NDArray typed = exponents.toType(rows.getDataType(), true);
                        NDArray bounded = typed.maximum(least);
                        NDArray affinities = bounded.exp()) {
                    NDArray sums = affinities.matMul(rows);
                    sums.attach(scope);
                    blocks.add(sums);
                }
            }
            NDArray result = NDArrays.concat(blocks);
            result.attach(rows.getManager());
            return result;
        }
    }

    /**
     * Returns one of two matrices whose product is {@code f_p f_q - |f_p|^2/2 - |f_q|^2/2}. In
     * double, as large terms cancel.
     */
    private static NDArray factor(PixelFeatures features, boolean isFirst, NDManager scope) {
        int axes = features.axes().length;
        int columns = axes + 2;
        double[] entries = new double[features.pixels() * columns];
        for (int pixel = 0; pixel < features.pixels(); pixel++) {
            double square = 0;
            for (int a = 0; a < axes; a++) {
                double coordinate = features.axes()[a][pixel];
                entries[pixel * columns + a] = coordinate;
                square += coordinate * coordinate;
            }
            entries[pixel * columns + axes] = isFirst ? -square / 2 : 1;
            entries[pixel * columns + axes + 1] = isFirst ? 1 : -square / 2;
        }
        return scope.create(entries, new Shape(features.pixels(), columns));
    }
}
