package io.github.gradkit.learninit.power;

/** The formulas of WMMSE and of the sum of rates as they are printed, one number at a time. */
final class TextbookWmmse {

    private TextbookWmmse() {}

    static double sumRate(Channel h, double[] p, double noise) {
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            sum += Math.log(1 + h.gain(k, k) * h.gain(k, k) * p[k] / (noise + foreign(h, p, k)));
        }
        return sum / Math.log(2);
    }

    private static double foreign(Channel h, double[] p, int k) {
        double sum = 0;
        for (int j = 0; j < p.length; j++) {
            if (j != k) {
                sum += h.gain(k, j) * h.gain(k, j) * p[j];
            }
        }
        return sum;
    }

    static double[] solve(Channel h, double[] start, double noise, double maxPower, int steps) {
        int users = start.length;
        double[] v = new double[users];
        for (int k = 0; k < users; k++) {
            v[k] = Math.sqrt(start[k]);
        }
        for (int step = 0; step < steps; step++) {
            double[] u = new double[users];
            double[] w = new double[users];
            for (int k = 0; k < users; k++) {
                double received = noise;
                for (int j = 0; j < users; j++) {
                    received += h.gain(k, j) * h.gain(k, j) * v[j] * v[j];
                }
                u[k] = h.gain(k, k) * v[k] / received;
                w[k] = 1 / (1 - u[k] * h.gain(k, k) * v[k]);
            }
            for (int k = 0; k < users; k++) {
                double price = 0;
                for (int j = 0; j < users; j++) {
                    price += w[j] * u[j] * u[j] * h.gain(j, k) * h.gain(j, k);
                }
                v[k] = Math.min(Math.sqrt(maxPower), w[k] * u[k] * h.gain(k, k) / price);
            }
        }
        double[] powers = new double[users];
        for (int k = 0; k < users; k++) {
            powers[k] = v[k] * v[k];
        }
        return powers;
    }
}
