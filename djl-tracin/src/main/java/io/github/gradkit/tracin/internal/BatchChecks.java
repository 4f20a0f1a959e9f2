package io.github.gradkit.tracin.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import io.github.gradkit.support.gradient.CollectionGuard;
import io.github.gradkit.tracin.Objective;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
    private final Set<Block> ran = new HashSet<>();

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
     * @param sample a batch; a batch of one can't be checked and passes
     * @throws IllegalArgumentException naming the first layer whose output depends on the batch
     */
    public void requireIndependent(NDManager scope, Sample sample) {
        long batch = sample.size();
        weights.lend(scope);
        List<Output> whole = outputs(scope, sample.data());
        for (long i = 0; i < batch && batch > 1; i++) {
            NDIndex one = new NDIndex().addSliceDim(i, i + 1);
            List<Output> single = outputs(scope, sample.row(i).data());
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
                    ran.add(leaf);
                    for (NDArray array : out) {
                        // the layer after next may work in place
                        outputs.add(new Output(leaf, array.duplicate()));
                    }
                    return out;
                });
        return outputs;
    }

    /**
     * Refuses a model that the walker doesn't run as the model runs itself.
     *
     * @param scope owns what is made here
     * @param root the model
     * @param data a batch
     * @throws IllegalArgumentException if the outputs differ
     */
    public void requireFaithfulWalk(NDManager scope, Block root, NDList data) {
        weights.lend(scope);
        NDList expected = root.forward(weights, GradientPass.handles(data, scope), false);
        NDList actual = walker.infer(scope, weights, data);
        for (int i = 0; i < expected.size(); i++) {
            if (actual.size() != expected.size() || !close(expected.get(i), actual.get(i))) {
                throw new IllegalArgumentException(
                        "Run layer by layer the model gives another output than run as a whole: a"
                                + " registered BlockWalker doesn't repeat the forward pass of its"
                                + " block"
                                + walker.registered());
            }
        }
    }

    /**
     * Refuses layers whose weights don't come from the parameter store, such as TorchScript
     * modules.
     *
     * <p>Call it after {@link #requireIndependent}, which runs the model.
     *
     * @throws IllegalArgumentException naming the layer
     */
    public void requireVisible() {
        walker.leaves()
                .forEach(
                        (leaf, path) -> {
                            for (Parameter parameter : leaf.getParameters().values()) {
                                if (ran.contains(leaf)
                                        && weights.isTrainable(parameter)
                                        && !weights.asked(parameter)) {
                                    throw invisible(leaf, path, parameter);
                                }
                            }
                        });
    }

    private static IllegalArgumentException invisible(
            Block leaf, String path, Parameter parameter) {
        return new IllegalArgumentException(
                "Layer "
                        + path
                        + " ("
                        + leaf.getClass().getSimpleName()
                        + ") doesn't take its trained parameter '"
                        + parameter.getName()
                        + "' from DJL's ParameterStore, so the model can't be run at a checkpoint:"
                        + " the layer would use today's weights. TorchScript modules work that way;"
                        + " rebuild the layer from DJL blocks, or freeze it in training");
    }

    /**
     * Refuses a model that feels the padding which makes examples of different lengths one batch.
     *
     * @param scope owns what is made here
     * @param batch some examples, padded
     * @param i one of them
     * @param alone the same one, read alone
     * @param objective the loss or score
     * @throws IllegalArgumentException if the padding changes the objective
     */
    public void requireHarmlessPadding(
            NDManager scope, Sample batch, int i, Sample alone, Objective objective) {
        Sample padded = batch.row(i);
        boolean same = true;
        for (int input = 0; input < padded.data().size(); input++) {
            Shape shape = padded.data().get(input).getShape();
            same &= shape.equals(alone.data().get(input).getShape());
        }
        if (same) {
            return;
        }
        weights.lend(scope);
        if (!close(objectiveOf(scope, alone, objective), objectiveOf(scope, padded, objective))) {
            throw new IllegalArgumentException(
                    "The loss of an example changes when it is padded to the length of others, so"
                        + " its gradient depends on its neighbours in the batch. Mask the padding"
                        + " in the model and the loss, or use optBatchSize(1)");
        }
    }

    private NDArray objectiveOf(NDManager scope, Sample sample, Objective objective) {
        return objective
                .evaluate(sample.labels(), walker.infer(scope, weights, sample.data()))
                .sum();
    }

    /**
     * Finds out whether an objective is a mean or a sum over the batch.
     *
     * @param scope owns what is made here
     * @param batch at least two examples; for one example both are the same
     * @param objective the loss or score
     * @param name what to call it in an error
     * @return true for a mean, false for a sum, empty if no example of the batch has a gradient
     * @throws IllegalArgumentException if it is neither, so that examples have no loss of their own
     */
    public Optional<Boolean> isMean(
            NDManager scope, Sample batch, Objective objective, String name) {
        weights.lend(scope);
        Sample outputs = new Sample(walker.infer(scope, weights, batch.data()), batch.labels());
        int size = Math.toIntExact(batch.size());
        List<double[]> together = outputErrors(scope, outputs, objective);
        List<double[]> alone = new ArrayList<>();
        together.forEach(errors -> alone.add(new double[errors.length]));
        for (int i = 0; i < size; i++) {
            List<double[]> errors = outputErrors(scope, outputs.row(i), objective);
            for (int output = 0; output < errors.size(); output++) {
                double[] row = errors.get(output);
                System.arraycopy(row, 0, alone.get(output), i * row.length, row.length);
            }
        }
        return classify(concat(together), concat(alone), size, name);
    }

    private static double[] concat(List<double[]> parts) {
        return parts.stream().flatMapToDouble(Arrays::stream).toArray();
    }

    private static Optional<Boolean> classify(
            double[] together, double[] alone, int size, String name) {
        double largest = 0;
        double sumGap = 0;
        double meanGap = 0;
        for (int i = 0; i < alone.length; i++) {
            largest = Math.max(largest, Math.max(Math.abs(alone[i]), Math.abs(together[i])));
            sumGap = Math.max(sumGap, Math.abs(together[i] - alone[i]));
            meanGap = Math.max(meanGap, Math.abs(together[i] * size - alone[i]));
        }
        if (largest == 0 || size == 1 || !Double.isFinite(largest)) {
            // what is not finite is reported later, by the name of the example
            return Optional.empty();
        }
        if (Math.min(sumGap, meanGap) <= TOLERANCE * largest) {
            return Optional.of(meanGap < sumGap);
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

    /** The derivatives of an objective by the model's floating outputs, as doubles. */
    private static List<double[]> outputErrors(
            NDManager scope, Sample outputs, Objective objective) {
        return CollectionGuard.run(
                () -> {
                    NDList leaves = new NDList();
                    for (NDArray output : outputs.data()) {
                        NDArray leaf = output.duplicate();
                        leaf.attach(scope);
                        leaf.setRequiresGradient(output.getDataType().isFloating());
                        leaves.add(leaf);
                    }
                    try (GradientCollector collector = scope.getEngine().newGradientCollector()) {
                        NDArray value = objective.evaluate(outputs.labels(), leaves);
                        collector.backward(GradientPass.total(value, scope));
                    }
                    return errors(scope, leaves);
                });
    }

    private static List<double[]> errors(NDManager scope, NDList leaves) {
        List<double[]> errors = new ArrayList<>();
        for (NDArray leaf : leaves) {
            if (leaf.hasGradient()) {
                NDArray error = leaf.getGradient();
                error.attach(scope);
                errors.add(error.toType(DataType.FLOAT64, true).toDoubleArray());
            }
        }
        return errors;
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
}
