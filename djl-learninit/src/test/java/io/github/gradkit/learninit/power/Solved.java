package io.github.gradkit.learninit.power;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.Solver;
import java.util.List;
import java.util.Random;

/** Solves channels of one problem from plain starts. */
final class Solved {

    private Solved() {}

    static NDArray random(NDManager manager, int instances, int users, long seed) {
        Random random = new Random(seed);
        float[] powers = new float[instances * users];
        for (int i = 0; i < powers.length; i++) {
            powers[i] = random.nextFloat();
        }
        return manager.create(powers, new Shape(instances, users));
    }

    static Solution fromMaximum(
            Solver solver, PowerAllocation problem, NDManager manager, List<Channel> channels) {
        NDList known = problem.known(manager, channels);
        NDArray start =
                manager.full(
                        new Shape(channels.size(), problem.users()), (float) problem.maxPower());
        return solver.solve(problem, known, start);
    }

    static double[] rates(Solution solution) {
        return solution.values().stream().mapToDouble(value -> -value).toArray();
    }

    static double mean(double[] numbers) {
        double sum = 0;
        for (double number : numbers) {
            sum += number;
        }
        return sum / numbers.length;
    }
}
