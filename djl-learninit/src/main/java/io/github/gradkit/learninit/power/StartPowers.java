package io.github.gradkit.learninit.power;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/** Reads and checks the powers that a solver starts from. */
final class StartPowers {

    /** What rounding to float32 may add to a power. */
    private static final double SLACK = 1e-6;

    private StartPowers() {}

    static double[][] of(PowerAllocation problem, NDList known, NDArray start) {
        long instances = known.get(0).getShape().get(0);
        requireUsers(problem, known.get(0).getShape());
        Shape expected = new Shape(instances, problem.users());
        if (!start.getShape().equals(expected)) {
            throw new IllegalArgumentException(
                    "The start has the shape "
                            + start.getShape()
                            + ", but must have one power for each user of each instance: "
                            + expected
                            + ".");
        }
        float[] flat = start.toFloatArray();
        double[][] powers = new double[(int) instances][problem.users()];
        for (int i = 0; i < flat.length; i++) {
            requireFeasible(flat[i], problem.maxPower(), i % problem.users());
            powers[i / problem.users()][i % problem.users()] =
                    Math.min(flat[i], problem.maxPower());
        }
        return powers;
    }

    /** Channels of other users would be read in the wrong places. */
    private static void requireUsers(PowerAllocation problem, Shape gains) {
        Shape expected = new Shape(gains.get(0), problem.users(), problem.users());
        if (!gains.equals(expected)) {
            throw new IllegalArgumentException(
                    "The gains have the shape "
                            + gains
                            + ", but the problem has "
                            + problem.users()
                            + " users: "
                            + expected
                            + ". Make them with the known method of this problem.");
        }
    }

    private static void requireFeasible(float power, double maxPower, int user) {
        if (!(power >= 0 && power <= maxPower * (1 + SLACK))) {
            throw new IllegalArgumentException(
                    "A power is from 0 to "
                            + maxPower
                            + ", but the start gives user "
                            + user
                            + " "
                            + power
                            + ". Project the start on the feasible set first.");
        }
    }
}
