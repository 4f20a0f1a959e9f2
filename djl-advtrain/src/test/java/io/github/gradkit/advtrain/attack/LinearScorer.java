package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** A linear classifier in plain Java, whose scores don't depend on the batch an input comes in. */
final class LinearScorer implements Scorer {

    private final double[][] weights;
    private final double[] bias;
    private long queries;

    LinearScorer(double[][] weights, double... bias) {
        this.weights = weights;
        this.bias = bias;
    }

    @Override
    public NDArray score(NDArray inputs) {
        int batch = Math.toIntExact(inputs.getShape().get(0));
        queries += batch;
        float[] x = inputs.toFloatArray();
        int features = x.length / batch;
        float[] scores = new float[batch * bias.length];
        for (int i = 0; i < batch; i++) {
            for (int c = 0; c < bias.length; c++) {
                double score = bias[c];
                for (int j = 0; j < features; j++) {
                    score += weights[c][j] * x[i * features + j];
                }
                scores[i * bias.length + c] = (float) score;
            }
        }
        return inputs.getManager().create(scores, new Shape(batch, bias.length));
    }

    long queries() {
        return queries;
    }
}
