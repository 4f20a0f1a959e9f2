package io.github.gradkit.advtrain.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A model that is one linear layer and nothing else.
 *
 * @param weights one row per class, at least two
 * @param biases one per class
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record LinearModel(double[][] weights, double[] biases) {

    /** What DJL calls the blocks that only reshape. */
    private static final Set<String> HARMLESS = Set.of("batchFlatten", "identity");

    private static final double TOLERANCE = 1e-3;

    /** Finds the layer if the block has no other that computes something. */
    static Optional<LinearModel> find(Block block) {
        List<Linear> layers = new ArrayList<>();
        return collect(block, layers) && layers.size() == 1
                ? Optional.of(of(layers.get(0)))
                : Optional.empty();
    }

    private static boolean collect(Block block, List<Linear> layers) {
        if (block instanceof Linear linear) {
            layers.add(linear);
            return true;
        }
        if (block instanceof LambdaBlock lambda) {
            return HARMLESS.contains(lambda.getName());
        }
        // A subclass may do anything in its forward pass.
        return block.getClass() == SequentialBlock.class
                && block.getChildren().values().stream().allMatch(c -> collect(c, layers));
    }

    private static LinearModel of(Linear layer) {
        NDArray weight = layer.getParameters().get("weight").getArray();
        int units = Math.toIntExact(weight.getShape().get(0));
        double[] values = values(weight);
        int features = values.length / units;
        double[] bias = bias(layer, units);
        // A single logit z is the score of class 1 against 0 for class 0.
        int first = units == 1 ? 1 : 0;
        double[][] weights = new double[units + first][features];
        double[] biases = new double[units + first];
        for (int c = 0; c < units; c++) {
            System.arraycopy(values, c * features, weights[c + first], 0, features);
            biases[c + first] = bias[c];
        }
        return new LinearModel(weights, biases);
    }

    private static double[] bias(Linear layer, int units) {
        if (!layer.getParameters().contains("bias")) {
            return new double[units];
        }
        Parameter bias = layer.getParameters().get("bias");
        return bias.isInitialized() ? values(bias.getArray()) : new double[units];
    }

    private static double[] values(NDArray array) {
        try (NDArray wide = array.toType(DataType.FLOAT64, true)) {
            return wide.toDoubleArray();
        }
    }

    /** Tells whether all weights are finite numbers, so that there is something to certify. */
    boolean isFinite() {
        double sum = 0;
        for (int c = 0; c < weights.length; c++) {
            sum += 0 * biases[c];
            for (double weight : weights[c]) {
                sum += 0 * weight;
            }
        }
        return sum == 0;
    }

    /** Tells whether the model really computes what its layer would. */
    boolean explains(double[] input, double[] scores) {
        if (scores.length != weights.length || input.length != weights[0].length) {
            return false;
        }
        for (int c = 0; c < scores.length; c++) {
            double expected = biases[c];
            double size = 1 + Math.abs(expected);
            for (int j = 0; j < input.length; j++) {
                expected += weights[c][j] * input[j];
                size += Math.abs(weights[c][j] * input[j]);
            }
            if (!(Math.abs(expected - scores[c]) <= TOLERANCE * size)) {
                return false;
            }
        }
        return true;
    }
}
