package io.github.gradkit.hyperopt;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * A level above the weights: updates the raw hyperparameters of the level below, a handful of
 * doubles.
 */
final class HostLevel {

    private final HyperValues hypers;
    private final int size;
    private final double[][] memory;

    /** By number and tuned hyperparameter: how the last update depended on this level's values. */
    private final double[][] directions;

    private long step;

    HostLevel(RuleSpec spec, int size) {
        this.hypers = new HyperValues(spec);
        this.size = size;
        this.memory = new double[size][HostRule.memorySize(spec.kind())];
        this.directions = new double[size][hypers.learned().size()];
        for (double[] slots : memory) {
            Arrays.setAll(slots, slot -> HostRule.firstMemory(spec, slot));
        }
    }

    HyperValues hypers() {
        return hypers;
    }

    /** The hypergradient of this level's own tuned raw numbers: {@code sum_i g_i D_i}. */
    double[] hypergradient(double[] gradient) {
        double[] result = new double[hypers.learned().size()];
        for (int k = 0; k < result.length; k++) {
            double sum = 0;
            for (int i = 0; i < size; i++) {
                sum += gradient[i] * directions[i][k];
            }
            result[k] = sum * hypers.derivative(k);
        }
        return result;
    }

    /** Updates the raw numbers below in place. */
    void update(double[] theta, double[] gradient) {
        step++;
        for (int i = 0; i < size; i++) {
            Map<Hyperparameter, Double> derivatives = new EnumMap<>(Hyperparameter.class);
            theta[i] = HostRule.update(theta[i], gradient[i], memory[i], hypers, step, derivatives);
            for (int k = 0; k < directions[i].length; k++) {
                directions[i][k] = derivatives.getOrDefault(hypers.learned().get(k), 0.0);
            }
        }
    }

    /** Says that the last update of a number did not depend on this level's values. */
    void forgetDirection(int number) {
        Arrays.fill(directions[number], 0);
    }

    /** Everything that must be kept to go on later. */
    LevelState state() {
        return new LevelState(
                step,
                hypers.raw(),
                hypers.values(),
                Arrays.stream(memory).map(double[]::clone).toArray(double[][]::new),
                Arrays.stream(directions).map(double[]::clone).toArray(double[][]::new));
    }

    void restore(LevelState state) {
        step = state.step();
        hypers.restore(state.raw(), state.values());
        for (int i = 0; i < size; i++) {
            System.arraycopy(state.memory()[i], 0, memory[i], 0, memory[i].length);
            System.arraycopy(state.directions()[i], 0, directions[i], 0, directions[i].length);
        }
    }
}
