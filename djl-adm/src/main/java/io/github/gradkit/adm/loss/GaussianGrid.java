package io.github.gradkit.adm.loss;

import java.util.Arrays;

/**
 * Gaussian sums over pixels by way of a grid in position and colour.
 *
 * <p>Each pixel spreads its values on the 3 nearest nodes of each axis by quadratic B-splines; the
 * grid is smoothed along each axis; each pixel reads its sum off with the same splines. The spread
 * of a spline does not depend on where a pixel lies between nodes, so the smoothing can be narrowed
 * to make up for it. The whole is a symmetric matrix without negative entries.
 */
final class GaussianGrid {

    /** The distance of nodes in units of sigma. Half of it makes cells 32 times as many. */
    private static final double SPACING = 0.5;

    /** The variance that is left for smoothing: two splines have a quarter of the square each. */
    private static final double VARIANCE = 1 - SPACING * SPACING / 2;

    private static final int TAPS = 3;
    private static final int RADIUS = (int) Math.ceil(4 / SPACING);

    /** 256 MB of float32 for two grids. */
    private static final double MOST_NUMBERS = 1 << 25;

    private final PixelFeatures features;
    private final double mostNumbers;
    private final double[] origins;
    private final double[] nodes;

    GaussianGrid(PixelFeatures features) {
        this(features, MOST_NUMBERS);
    }

    /** Makes a grid that holds at most some numbers at a time. */
    GaussianGrid(PixelFeatures features, double mostNumbers) {
        this.features = features;
        this.mostNumbers = mostNumbers;
        int axes = features.axes().length;
        this.origins = new double[axes];
        this.nodes = new double[axes];
        for (int a = 0; a < axes; a++) {
            double lowest = Double.POSITIVE_INFINITY;
            double highest = Double.NEGATIVE_INFINITY;
            for (double coordinate : features.axes()[a]) {
                lowest = Math.min(lowest, coordinate);
                highest = Math.max(highest, coordinate);
            }
            origins[a] = lowest;
            nodes[a] = Math.rint((highest - lowest) / SPACING) + TAPS;
        }
    }

    /** Returns the number of nodes; NaN or infinite if a colour is. */
    double cells() {
        double product = 1;
        for (double count : nodes) {
            product *= count;
        }
        return product;
    }

    /** Returns about how long it takes, in nanoseconds on one core; infinite if it does not fit. */
    double cost(int values) {
        if (!fits()) {
            return Double.POSITIVE_INFINITY;
        }
        double spread = 2 * Math.pow(TAPS, nodes.length) * features.pixels();
        double smoothing = cells() * nodes.length * (2 * RADIUS + 1);
        return (spread * 1.0 + smoothing * 0.3) * values;
    }

    private boolean fits() {
        return cells() <= mostNumbers;
    }

    /**
     * Returns the sums. The values don't meet, so if not all fit on the grid at once, they go there
     * some at a time.
     *
     * @param given the values, (pixels, values)
     * @param values the number of values a pixel
     * @return (pixels, values)
     * @throws IllegalArgumentException if the grid would be too large for one value
     */
    float[] sums(float[] given, int values) {
        requireFit();
        int most = (int) Math.min(values, mostNumbers / cells());
        int groups = (values + most - 1) / most;
        if (groups == 1) {
            return sumsAtOnce(given, values);
        }
        float[] sums = new float[given.length];
        for (int group = 0; group < groups; group++) {
            int from = group * values / groups;
            int count = (group + 1) * values / groups - from;
            float[] part = new float[features.pixels() * count];
            copy(given, from, values, part, 0, count, count);
            copy(sumsAtOnce(part, count), 0, count, sums, from, values, count);
        }
        return sums;
    }

    private void requireFit() {
        if (!fits()) {
            throw new IllegalArgumentException(
                    "The grid of positions and colours would have "
                            + Arrays.toString(nodes)
                            + " nodes, but at most "
                            + mostNumbers
                            + " in all fit. Use larger sigmas, or the method EXACT. If a number is"
                            + " not finite, the images hold such colours.");
        }
    }

    /** Copies some columns of a matrix with a row for each pixel into another one's. */
    private void copy(
            float[] from, int first, int columns, float[] to, int place, int width, int count) {
        for (int pixel = 0; pixel < features.pixels(); pixel++) {
            System.arraycopy(from, pixel * columns + first, to, pixel * width + place, count);
        }
    }

    private float[] sumsAtOnce(float[] given, int values) {
        float[] grid = new float[(int) (cells() * values)];
        walk(given, grid, values, true);
        grid = smoothed(grid);
        float[] sums = new float[given.length];
        walk(sums, grid, values, false);
        return sums;
    }

    /** Spreads values of pixels on the grid, or reads them off. */
    private void walk(float[] pixels, float[] grid, int values, boolean spread) {
        int axes = nodes.length;
        int corners = (int) Math.pow(TAPS, axes);
        int[] places = new int[corners];
        float[] weights = new float[corners];
        for (int pixel = 0; pixel < features.pixels(); pixel++) {
            corners(pixel, places, weights);
            int at = pixel * values;
            for (int c = 0; c < corners; c++) {
                int place = places[c] * values;
                if (spread) {
                    add(weights[c], pixels, at, grid, place, values);
                } else {
                    add(weights[c], grid, place, pixels, at, values);
                }
            }
        }
    }

    /** Fills in the nodes around a pixel and their weights, axis by axis. */
    private void corners(int pixel, int[] places, float[] weights) {
        places[0] = 0;
        weights[0] = 1;
        int count = 1;
        for (int a = 0; a < nodes.length; a++) {
            double coordinate = (features.axes()[a][pixel] - origins[a]) / SPACING;
            int base = (int) Math.rint(coordinate);
            double t = coordinate - base;
            float left = (float) (0.5 * (0.5 - t) * (0.5 - t));
            float middle = (float) (0.75 - t * t);
            float right = (float) (0.5 * (0.5 + t) * (0.5 + t));
            // Backwards, so that what is still to be read is not overwritten.
            for (int c = count - 1; c >= 0; c--) {
                int place = places[c] * (int) nodes[a] + base;
                float weight = weights[c];
                for (int tap = 0; tap < TAPS; tap++) {
                    places[c * TAPS + tap] = place + tap;
                }
                weights[c * TAPS] = weight * left;
                weights[c * TAPS + 1] = weight * middle;
                weights[c * TAPS + 2] = weight * right;
            }
            count *= TAPS;
        }
    }

    private float[] smoothed(float[] grid) {
        float[] taps = taps();
        float[] from = grid;
        float[] to = new float[grid.length];
        int stride = grid.length;
        for (double count : nodes) {
            int length = (int) count;
            stride /= length;
            smooth(from, to, length, stride, taps);
            float[] swap = from;
            from = to;
            to = swap;
        }
        return from;
    }

    private static void smooth(float[] from, float[] to, int length, int stride, float[] taps) {
        Arrays.fill(to, 0);
        for (int block = 0; block < from.length; block += length * stride) {
            for (int i = 0; i < length; i++) {
                int last = Math.min(length - 1, i + RADIUS);
                for (int j = Math.max(0, i - RADIUS); j <= last; j++) {
                    float tap = taps[Math.abs(i - j)];
                    add(tap, from, block + j * stride, to, block + i * stride, stride);
                }
            }
        }
    }

    /**
     * A normal density, with a term in its fourth derivative that makes up for the splines' being
     * flatter than normal: two of them have the transform {@code exp(-(h w)^2/4 - (h w)^4/480)}.
     */
    private static float[] taps() {
        float[] taps = new float[RADIUS + 1];
        double fourth = Math.pow(SPACING, 4) / 480;
        for (int k = 0; k <= RADIUS; k++) {
            double z = k * SPACING * k * SPACING / VARIANCE;
            double density = Math.exp(-z / 2) / Math.sqrt(VARIANCE);
            double hermite = (3 - 6 * z + z * z) / (VARIANCE * VARIANCE);
            taps[k] = (float) (density * (1 + fourth * hermite));
        }
        return taps;
    }

    private static void add(float factor, float[] from, int at, float[] to, int place, int count) {
        for (int k = 0; k < count; k++) {
            to[place + k] += factor * from[at + k];
        }
    }
}
