package io.github.gradkit.hyperopt;

import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The loss {@code sum_i c_i w_i^2 / 2}.
 *
 * @param start the first weights
 * @param curvature the c
 */
record Quadratic(double[] start, double[] curvature) {

    static Quadratic random(int size, long seed) {
        Random random = new Random(seed);
        return new Quadratic(
                IntStream.range(0, size).mapToDouble(i -> .6 * random.nextDouble() - .3).toArray(),
                IntStream.range(0, size).mapToDouble(i -> .3 + 2 * random.nextDouble()).toArray());
    }

    double[] gradient(double[] weights) {
        return IntStream.range(0, weights.length)
                .mapToDouble(i -> curvature[i] * weights[i])
                .toArray();
    }

    double loss(double[] weights) {
        return IntStream.range(0, weights.length)
                .mapToDouble(i -> curvature[i] * weights[i] * weights[i] / 2)
                .sum();
    }

    /** Runs a tower on this loss. */
    TowerTrace run(
            int steps,
            BiFunction<double[], double[], List<double[]>> step,
            Supplier<double[]> learned) {
        TowerTrace trace = new TowerTrace();
        double[] weights = start.clone();
        for (int t = 1; t <= steps; t++) {
            List<double[]> hypergradients = step.apply(weights, gradient(weights));
            trace.add(hypergradients, learned.get(), weights);
        }
        return trace;
    }

    TowerTrace run(int steps, DualTower tower) {
        return run(steps, tower::step, tower::learned);
    }

    TowerTrace run(int steps, HostTower tower) {
        return run(steps, tower::step, tower::learned);
    }
}
