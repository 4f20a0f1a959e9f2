package io.github.gradkit.tracin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The slow twin of {@link TracIn}: plain DJL, one example at a time, gradients written out.
 *
 * <p>Loads each checkpoint into the model itself.
 */
final class SlowTracIn {

    private final Block block;
    private final List<Checkpoint> checkpoints;
    private final Objective trainLoss;
    private final Objective testLoss;

    SlowTracIn(Block block, List<Checkpoint> checkpoints, Objective trainLoss, Objective testLoss) {
        this.block = block;
        this.checkpoints = checkpoints;
        this.trainLoss = trainLoss;
        this.testLoss = testLoss;
    }

    /** The sum over checkpoints of learning rate times g(z) . g(z'), one row per test example. */
    double[][] scores(NDList test, NDList testLabels, NDList train, NDList trainLabels) {
        double[][] scores = null;
        for (Checkpoint checkpoint : checkpoints) {
            load(checkpoint);
            double[][] g = gradients(train, trainLabels, trainLoss);
            double[][] gTest = gradients(test, testLabels, testLoss);
            if (scores == null) {
                scores = new double[gTest.length][g.length];
            }
            for (int i = 0; i < gTest.length; i++) {
                for (int j = 0; j < g.length; j++) {
                    scores[i][j] += checkpoint.learningRate() * dot(gTest[i], g[j]);
                }
            }
        }
        return scores;
    }

    private void load(Checkpoint checkpoint) {
        try (NDManager manager = firstArray().getManager().newSubManager()) {
            Map<String, NDArray> weights = checkpoint.load(manager);
            for (Pair<String, Parameter> entry : block.getParameters()) {
                if (weights.containsKey(entry.getKey())) {
                    weights.get(entry.getKey()).copyTo(entry.getValue().getArray());
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private NDArray firstArray() {
        return block.getParameters().valueAt(0).getArray();
    }

    double[][] gradients(NDList data, NDList labels, Objective loss) {
        int n = Math.toIntExact(data.head().getShape().get(0));
        double[][] gradients = new double[n][];
        for (int i = 0; i < n; i++) {
            try (NDManager manager = firstArray().getManager().newSubManager()) {
                NDIndex one = new NDIndex().addSliceDim(i, i + 1);
                gradients[i] = gradient(manager, slice(data, one), slice(labels, one), loss);
            }
        }
        return gradients;
    }

    private double[] gradient(NDManager manager, NDList data, NDList labels, Objective loss) {
        data.attach(manager);
        labels.attach(manager);
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDList out = block.forward(new ParameterStore(manager, false), data, false);
            collector.backward(loss.evaluate(labels, out).sum());
        }
        List<Double> values = new ArrayList<>();
        Set<Parameter> distinct = new LinkedHashSet<>(block.getParameters().values());
        for (Parameter parameter : distinct) {
            if (parameter.requiresGradient()) {
                try (NDArray gradient = parameter.getArray().getGradient()) {
                    for (double v : gradient.toType(DataType.FLOAT64, true).toDoubleArray()) {
                        values.add(v);
                    }
                    gradient.set(new NDIndex("..."), 0);
                }
            }
        }
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static NDList slice(NDList arrays, NDIndex index) {
        NDList slices = new NDList();
        arrays.forEach(array -> slices.add(array.get(index)));
        return slices;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
