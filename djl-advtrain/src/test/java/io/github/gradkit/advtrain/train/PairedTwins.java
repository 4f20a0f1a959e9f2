package io.github.gradkit.advtrain.train;

/** The losses of pairs in plain double precision, written down like the formulas. */
final class PairedTwins {

    private PairedTwins() {}

    static double trades(double beta, double[][] clean, double[][] perturbed, int[] labels) {
        double sum = 0;
        for (int i = 0; i < labels.length; i++) {
            double[] p = softmax(clean[i]);
            double[] q = softmax(perturbed[i]);
            sum += -Math.log(p[labels[i]]) + beta * divergence(p, q);
        }
        return sum / labels.length;
    }

    static double mart(double beta, double[][] clean, double[][] perturbed, int[] labels) {
        double sum = 0;
        for (int i = 0; i < labels.length; i++) {
            double[] p = softmax(clean[i]);
            double[] q = softmax(perturbed[i]);
            double rival = 0;
            for (int c = 0; c < q.length; c++) {
                rival = c == labels[i] ? rival : Math.max(rival, q[c]);
            }
            sum += -Math.log(q[labels[i]]) - Math.log(1.0001 - rival + 1e-12);
            sum += beta * divergence(p, q) * (1 - p[labels[i]]);
        }
        return sum / labels.length;
    }

    private static double divergence(double[] p, double[] q) {
        double sum = 0;
        for (int c = 0; c < p.length; c++) {
            sum += p[c] * Math.log(p[c] / q[c]);
        }
        return sum;
    }

    /** One logit stands for the two scores 0 and itself. */
    private static double[] softmax(double[] scores) {
        double[] z = scores.length == 1 ? new double[] {0, scores[0]} : scores;
        double sum = 0;
        double[] p = new double[z.length];
        for (int c = 0; c < z.length; c++) {
            p[c] = Math.exp(z[c]);
            sum += p[c];
        }
        for (int c = 0; c < z.length; c++) {
            p[c] /= sum;
        }
        return p;
    }
}
