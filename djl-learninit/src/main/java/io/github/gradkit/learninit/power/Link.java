package io.github.gradkit.learninit.power;

import io.github.gradkit.learninit.problem.Problem;

/** One instance in double precision: its squared gains, its weights and the noise. */
final class Link {

    final int users;
    final double noise;
    final double maxPower;
    final double[][] squares;
    final double[] weights;

    /**
     * Makes an instance of float arrays.
     *
     * @param gains {@code (instances, users, users)}, flat
     * @param allWeights {@code (instances, users)}, flat
     */
    Link(PowerAllocation problem, float[] gains, float[] allWeights, int instance) {
        users = problem.users();
        noise = problem.noise();
        maxPower = problem.maxPower();
        squares = new double[users][users];
        weights = new double[users];
        for (int k = 0; k < users; k++) {
            weights[k] = allWeights[instance * users + k];
            for (int j = 0; j < users; j++) {
                double gain = gains[(instance * users + k) * users + j];
                squares[k][j] = gain * gain;
            }
        }
    }

    static PowerAllocation require(Problem<?> problem, String solver) {
        if (problem instanceof PowerAllocation allocation) {
            return allocation;
        }
        throw new IllegalArgumentException(
                solver
                        + " solves a PowerAllocation only, but was given a "
                        + problem.getClass().getName()
                        + ". Use Descent for other problems.");
    }

    /** The power that receiver {@code k} gets from the other senders, and the noise. */
    double disturbance(int k, double[] powers) {
        double sum = noise;
        for (int j = 0; j < users; j++) {
            sum += j == k ? 0 : squares[k][j] * powers[j];
        }
        return sum;
    }

    /** The weighted sum of rates, in bits. */
    double sumRate(double[] powers) {
        double sum = 0;
        for (int k = 0; k < users; k++) {
            sum += weights[k] * Math.log1p(squares[k][k] * powers[k] / disturbance(k, powers));
        }
        return sum / Math.log(2);
    }
}
