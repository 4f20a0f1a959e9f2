package io.github.gradkit.tracin;

/** A 2-2-1 network at eight moments of its training on XOR, and 24 points on the unit circle. */
final class Xor {

    /** Weights and biases of the first layer, then of the second, for each checkpoint. */
    static final float[][][] CHECKPOINTS = {
        net(-1.2956, -1.4465, -0.3890, -0.7420, 1.2924, 0.0021, -1.2013, 0.7174, 0.5880),
        net(-1.3238, -1.4899, -0.4544, -0.7448, 1.3185, -0.0317, -1.2342, 0.7741, 0.6234),
        net(-1.3546, -1.5288, -0.5250, -0.7591, 1.3432, -0.0684, -1.2490, 0.8534, 0.6749),
        net(-1.4022, -1.5485, -0.5688, -0.7607, 1.3740, -0.1571, -1.3412, 0.9013, 0.6468),
        net(-1.4464, -1.5890, -0.6348, -0.7665, 1.3791, -0.2008, -1.3818, 0.9586, 0.6954),
        net(-1.5217, -1.6242, -0.6644, -0.7842, 1.3500, -0.2418, -1.4304, 0.9980, 0.7567),
        net(-1.5551, -1.6631, -0.7420, -0.8025, 1.3508, -0.2618, -1.4272, 1.0772, 0.8427),
        net(-1.5893, -1.6656, -0.7863, -0.8369, 1.3949, -0.3215, -1.4555, 1.1600, 0.8730)
    };

    private static final double[][] POINTS = {
        {1, 1}, {2, 1}, {1, 2}, {1, 5}, {.01, 1}, {5, 1}, {1, .01}, {-1, -1}, {-2, -1}, {-1, -2},
        {-1, -5}, {-5, -1}, {1, -1}, {2, -1}, {1, -2}, {1, -5}, {.01, -1}, {5, -1}, {-1, 1},
        {-2, 1}, {-1, 2}, {-1, 5}, {-5, 1}, {-1, .01}
    };

    private Xor() {}

    private static float[][] net(double... v) {
        float[] f = new float[v.length];
        for (int i = 0; i < v.length; i++) {
            f[i] = (float) v[i];
        }
        return new float[][] {{f[0], f[1], f[2], f[3]}, {f[4], f[5]}, {f[6], f[7]}, {f[8]}};
    }

    static float[] points() {
        float[] values = new float[48];
        for (int i = 0; i < 24; i++) {
            double norm = Math.hypot(POINTS[i][0], POINTS[i][1]);
            values[2 * i] = (float) (POINTS[i][0] / norm);
            values[2 * i + 1] = (float) (POINTS[i][1] / norm);
        }
        return values;
    }

    static float[] labels() {
        float[] labels = new float[24];
        for (int i = 0; i < 24; i++) {
            labels[i] = i < 12 ? 1 : -1;
        }
        return labels;
    }
}
