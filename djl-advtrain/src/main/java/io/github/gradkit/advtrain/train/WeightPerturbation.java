package io.github.gradkit.advtrain.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.Map;

/**
 * Moves the weights of a block in the direction that raises the loss, and back.
 *
 * <p>Each weight tensor w moves by gamma * ||w|| / ||g|| * g, with g its gradient. Biases, scales
 * and shifts, which have one dimension, stay.
 *
 * <p>Source: D. Wu, S.-T. Xia, Y. Wang, <em>Adversarial Weight Perturbation Helps Robust
 * Generalization</em>, NeurIPS 2020, equation 9 and algorithm 1.
 */
final class WeightPerturbation implements AutoCloseable {

    private static final NDIndex ALL = new NDIndex("...");

    private final SavedArrays saved;

    private WeightPerturbation(NDManager parent) {
        saved = new SavedArrays(parent, "weight perturbation");
    }

    /**
     * Moves the weights along the gradients they hold.
     *
     * @param block the block, after a backward pass
     * @param gamma the length of the move, relative to the length of the weights
     * @return what moves the weights back when it is closed
     */
    static WeightPerturbation of(Block block, double gamma) {
        Map<String, Parameter> parameters = ParameterPaths.of(block);
        NDArray any = parameters.values().iterator().next().getArray();
        WeightPerturbation moved = new WeightPerturbation(any.getManager());
        try {
            parameters.values().stream()
                    .filter(WeightPerturbation::isWeight)
                    .forEach(parameter -> moved.move(parameter.getArray(), gamma));
            return moved;
        } catch (RuntimeException | Error e) {
            moved.close();
            throw e;
        }
    }

    private static boolean isWeight(Parameter parameter) {
        NDArray array = parameter.getArray();
        return parameter.getType() == Parameter.Type.WEIGHT
                && parameter.requiresGradient()
                && array.hasGradient()
                && array.getShape().dimension() > 1;
    }

    private void move(NDArray weight, double gamma) {
        NDArray original = saved.save(weight);
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray gradient = weight.getGradient();
            double size = length(gradient);
            if (size > 0 && Double.isFinite(size)) {
                NDArray step = gradient.mul(gamma * length(original) / size);
                weight.set(ALL, original.add(step));
            }
        }
    }

    private static double length(NDArray array) {
        return array.norm().toType(DataType.FLOAT64, false).getDouble();
    }

    /** Moves the weights back, bit for bit. Closing again does nothing. */
    @Override
    public void close() {
        saved.restore();
        saved.close();
    }
}
