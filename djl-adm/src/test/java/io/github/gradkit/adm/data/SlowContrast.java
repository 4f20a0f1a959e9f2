package io.github.gradkit.adm.data;

/** Weights that read like the formula, over all eight neighbours of each pixel. */
final class SlowContrast {

    private final float[] pixels;
    private final int channels;
    private final int height;
    private final int width;
    private final double variance;

    SlowContrast(float[] pixels, int channels, int height, int width) {
        this.pixels = pixels;
        this.channels = channels;
        this.height = height;
        this.width = width;
        double[] sums = new double[2];
        forAllNeighbours(
                (x, y, u, v) -> {
                    sums[0] += square(x, y, u, v);
                    sums[1]++;
                });
        variance = sums[0] / sums[1];
    }

    double sumOverAllNeighbours() {
        double[] sum = new double[1];
        forAllNeighbours((x, y, u, v) -> sum[0] += weight(x, y, u, v));
        return sum[0];
    }

    double weight(int x, int y, int u, int v) {
        return inside(x, y) && inside(u, v)
                ? Math.exp(-square(x, y, u, v) / (2 * variance)) / Math.hypot(x - u, y - v)
                : 0;
    }

    private double square(int x, int y, int u, int v) {
        double sum = 0;
        for (int c = 0; c < channels; c++) {
            sum += Math.pow((double) at(c, x, y) - at(c, u, v), 2);
        }
        return sum;
    }

    private float at(int channel, int x, int y) {
        return pixels[(channel * height + y) * width + x];
    }

    private boolean inside(int x, int y) {
        return x >= 0 && x < width && y >= 0 && y < height;
    }

    private void forAllNeighbours(Pair pair) {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int v = y - 1; v <= y + 1; v++) {
                    for (int u = x - 1; u <= x + 1; u++) {
                        if (inside(u, v) && (u != x || v != y)) {
                            pair.visit(x, y, u, v);
                        }
                    }
                }
            }
        }
    }

    private interface Pair {

        void visit(int x, int y, int u, int v);
    }
}
