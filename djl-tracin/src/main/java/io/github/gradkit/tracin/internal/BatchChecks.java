package io.github.gradkit.tracin.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import io.github.gradkit.support.gradient.CollectionGuard;
import io.github.gradkit.tracin.Objective;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks on a few examples that per-example gradients exist: no example may depend on another.
 *
 * <p>Everything is found out by trying, so any block and any loss can be checked.
 */
public final class BatchChecks {

    /** Relative to the largest value; far above rounding, far below what batch statistics do. */
    private static final double TOLERANCE = 1e-3;

    private final ModelWalker walker;
    private final CheckpointWeights weights;

    /**
     * Prepares checks at one checkpoint.
     *
     * @param walker runs the model
     * @param weights the checkpoint
     */
    public BatchChecks(ModelWalker walker, CheckpointWeights weights) {
        this.walker = walker;
        this.weights = weights;
    }

    /**
     * Refuses a model in which the examples of a batch influence each other.
     *
     * @param scope owns what is made here
     * @param data a batch; a batch of one can't be checked and passes
     * @throws IllegalArgumentException naming the first layer whose output depends on the batch
     */
    public void requireIndependent(NDManager scope, NDList data) {
        long batch = data.head().getShape().get(0);
        weights.lend(scope);
        List<Output> whole = outputs(scope, data);
        for (long i = 0; i < batch && batch > 1; i++) {
            NDIndex one = new NDIndex().addSliceDim(i, i + 1);
            List<Output> single = outputs(scope, slice(data, one));
            for (int call = 0; call < whole.size(); call++) {
                NDArray together = whole.get(call).value();
                if (together.getShape().get(0) != batch
                        || !close(together.get(one), single.get(call).value())) {
                    throw coupled(whole.get(call).leaf());
                }
            }
        }
    }

    private IllegalArgumentException coupled(Block leaf) {
        String name = walker.leaves().getOrDefault(leaf, "(unnamed)");
        return new IllegalArgumentException(
                "Layer "
                        + name
                        + " ("
                        + leaf.getClass().getSimpleName()
                        + ") gives an example another output alone than in a batch, even for"
                        + " inference: it uses statistics of the batch, or chance. Then no example"
                        + " has a gradient of its own and influence is undefined. Use running"
                        + " statistics, keep the batch on the first axis, or analyse a model"
                        + " without this layer");
    }

    private record Output(Block leaf, NDArray value) {}

    private List<Output> outputs(NDManager scope, NDList data) {
        List<Output> outputs = new ArrayList<>();
        walker.forward(
                GradientPass.handles(data, scope),
                (leaf, in) -> {
                    NDList out = leaf.forward(weights, in, false);
                    for (NDArray array : out) {
                        // the layer after next may work in place
                        outputs.add(new Output(leaf, array.duplicate()));
                    }
                    return out;
                });
        return outputs;
    }

    /**
     * Refuses layers whose weights don't come from the parameter store, such as TorchScript
     * modules.
     *
     * @param layers the layers to analyse; a forward pass must have run
     */
    public void requireVisible(List<Layer> layers) {
        for (Layer layer : layers) {
            for (Parameter parameter : layer.parameters()) {
                if (weights.isTrainable(parameter) && !weights.asked(parameter)) {
                    throw new IllegalArgumentException(
                            "Layer "
                                    + layer.path()
                                    + " ("
                                    + layer.leaf().getClass().getSimpleName()
                                    + ") doesn't take its parameter '"
                                    + parameter.getName()
                                    + "' from DJL's ParameterStore, or doesn't use it at all, so it"
                                    + " can't be run at a checkpoint. Leave the layer out with"
                                    + " optLayers");
                }
            }
        }
    }

    /**
     * Finds out whether an objective is a mean or a sum over the batch.
     *
     * @param scope owns what is made here
     * @param data a batch of at least two examples; for one example both are the same
     * @param labels its labels
     * @param objective the loss or score
     * @param name what to call it in an error
     * @return true for a mean
     * @throws IllegalArgumentException if it is neither, so that examples have no loss of their own
     */
    public boolean isMean(
            NDManager scope, NDList data, NDList labels, Objective objective, String name) {
        weights.lend(scope);
        NDList outputs =
                walker.forward(
                        GradientPass.handles(data, scope),
                        (leaf, in) -> leaf.forward(weights, in, false));
        long batch = data.head().getShape().get(0);
        double[] together = outputErrors(scope, outputs, labels, objective);
        double[] alone = new double[together.length];
        int width = Math.toIntExact(together.length / batch);
        for (int i = 0; i < batch; i++) {
            NDIndex one = new NDIndex().addSliceDim(i, i + 1);
            double[] errors =
                    outputErrors(scope, slice(outputs, one), slice(labels, one), objective);
            System.arraycopy(errors, 0, alone, i * width, width);
        }
        return classify(together, alone, batch, name);
    }

    private static boolean classify(double[] together, double[] alone, long batch, String name) {
        double largest = 0;
        double sumGap = 0;
        double meanGap = 0;
        for (int i = 0; i < alone.length; i++) {
            largest = Math.max(largest, Math.abs(alone[i]));
            sumGap = Math.max(sumGap, Math.abs(together[i] - alone[i]));
            meanGap = Math.max(meanGap, Math.abs(together[i] * batch - alone[i]));
        }
        if (sumGap <= TOLERANCE * largest) {
            return false;
        }
        if (meanGap <= TOLERANCE * largest) {
            return true;
        }
        throw new IllegalArgumentException(
                "The "
                        + name
                        + " of a batch is neither the sum nor the mean over its examples (largest"
                        + " gradient "
                        + largest
                        + ", off by "
                        + sumGap
                        + " as a sum and by "
                        + meanGap
                        + " as a mean): examples have no loss of their own, and influence is"
                        + " undefined. Use a loss whose normalisation doesn't depend on the other"
                        + " examples");
    }

    /** The derivative of an objective by the model's first output, as doubles. */
    private double[] outputErrors(
            NDManager scope, NDList outputs, NDList labels, Objective objective) {
        return CollectionGuard.run(
                () -> {
                    NDList leaves = new NDList();
                    for (NDArray output : outputs) {
                        NDArray leaf = output.duplicate();
                        leaf.setRequiresGradient(true);
                        leaves.add(leaf);
                    }
                    try (GradientCollector collector = scope.getEngine().newGradientCollector()) {
                        collector.backward(
                                GradientPass.total(objective.evaluate(labels, leaves), scope));
                    }
                    NDArray error = leaves.head().getGradient();
                    error.attach(scope);
                    return error.toType(DataType.FLOAT64, true).toDoubleArray();
                });
    }

    private static boolean close(NDArray a, NDArray b) {
        if (!a.getShape().equals(b.getShape()) || !a.getDataType().isFloating()) {
            return a.contentEquals(b);
        }
        double[] x = a.toType(DataType.FLOAT64, true).toDoubleArray();
        double[] y = b.toType(DataType.FLOAT64, true).toDoubleArray();
        double largest = 0;
        for (double value : x) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < x.length; i++) {
            if (Math.abs(x[i] - y[i]) > TOLERANCE * largest) {
                return false;
            }
        }
        return true;
    }

    private static NDList slice(NDList arrays, NDIndex index) {
        NDList slices = new NDList();
        arrays.forEach(array -> slices.add(array.get(index)));
        return slices;
    }
}
