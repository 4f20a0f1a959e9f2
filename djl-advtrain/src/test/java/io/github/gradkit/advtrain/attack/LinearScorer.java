package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.advtrain.internal.Predictions;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

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

    /** Returns inputs between 0 and 1 that depend on the seed only. */
    static NDArray inputs(NDManager manager, long seed, long... shape) {
        float[] values = new float[Math.toIntExact(new Shape(shape).size())];
        RandomGenerator random = SampleRandom.of(seed, 0, 0);
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return manager.create(values, new Shape(shape));
    }

    /** Returns the classes a model tells, for labels that it gets right. */
    static int[] predicted(Scorer scorer, NDArray x) {
        try (NDArray scores = scorer.score(x);
                NDArray logits = LogitShape.twoOrMore(scores, x.getShape().get(0))) {
            Predictions predictions = Predictions.of(logits);
            return IntStream.range(0, Math.toIntExact(x.getShape().get(0)))
                    .map(predictions::predicted)
                    .toArray();
        }
    }
}
