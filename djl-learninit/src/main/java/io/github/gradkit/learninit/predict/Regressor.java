package io.github.gradkit.learninit.predict;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.internal.Moments;
import io.github.gradkit.learninit.internal.SeededWeights;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A block from some arrays to numbers, with what standardises both; fitted, saved and loaded. */
final class Regressor implements AutoCloseable {

    private final PredictorBuilder<?> settings;
    private final int heads;
    private final List<Standard> inputs = new ArrayList<>();
    private @Nullable Standard output;
    private @Nullable Model model;
    private @Nullable Training training;
    private Cost cost = Cost.ZERO;
    private double loss = Double.NaN;
    private int fits;
    private boolean closed;

    /** A regressor without weights, with several guesses at each target. */
    Regressor(PredictorBuilder<?> settings, int heads) {
        this.settings = settings;
        this.heads = heads;
    }

    boolean isFitted() {
        return output != null;
    }

    Cost cost() {
        return cost;
    }

    double loss() {
        return loss;
    }

    int heads() {
        return heads;
    }

    List<Standard> inputs() {
        return inputs;
    }

    Standard output() {
        if (output == null || closed) {
            throw new IllegalStateException(
                    closed
                            ? "The predictor is closed. Use it inside the try block that made it."
                            : "The predictor is not fitted, so it can't predict. Call fit()"
                                    + " first.");
        }
        return output;
    }

    Block block() {
        return model().getBlock();
    }

    /** Fits to rows; the arrays stay owned by the caller. */
    void fit(NDList rows, NDArray targets) {
        final long began = System.nanoTime();
        List<Table> tables = new ArrayList<>();
        rows.forEach(array -> tables.add(Table.of(array)));
        Table wanted = Table.of(targets);
        List<Shape> shapes = tables.stream().map(Table::row).toList();
        prepare(shapes, wanted.row());
        NDManager manager = model().getNDManager();
        List<Table> scaled = new ArrayList<>();
        List<Standard> standards = new ArrayList<>();
        for (Table table : tables) {
            Moments moments =
                    settings.standardise
                            ? table.inputMoments()
                            : Moments.plain(Math.toIntExact(table.row().size()));
            scaled.add(table.standardised(moments));
            standards.add(Standard.of(manager, table.row(), moments));
        }
        Moments moments = wanted.moments();
        loss = training().run(fits++, scaled, wanted.standardised(moments));
        requireFinite();
        replace(standards, Standard.of(manager, wanted.row(), moments));
        long passes = (long) wanted.rows() * settings.epochs;
        cost = cost.plus(new Cost(0, 0, passes, System.nanoTime() - began));
    }

    private void requireFinite() {
        if (Double.isNaN(loss) || Double.isInfinite(loss)) {
            if (output != null) {
                output.close();
            }
            output = null;
            throw new IllegalStateException(
                    "The fit of the predictor diverged: its loss became "
                            + loss
                            + ". The weights are lost; build the rule anew, with a smaller learning"
                            + " rate.");
        }
    }

    /** Makes the model, and its weights if there are none yet. */
    void prepare(List<Shape> rows, Shape target) {
        if (closed) {
            throw new IllegalStateException("The predictor is closed. Build a new one.");
        }
        if (model != null) {
            return;
        }
        Block block = settings.block == null ? Mlp.of(rows, heads * target.size()) : settings.block;
        Model made = Model.newInstance("learninit");
        try {
            made.setBlock(block);
            initialize(block, made.getNDManager(), rows);
        } catch (RuntimeException | Error e) {
            made.close();
            throw e;
        }
        model = made;
    }

    private void initialize(Block block, NDManager manager, List<Shape> rows) {
        if (!block.isInitialized()) {
            block.setInitializer(new SeededWeights(settings.seed), Parameter.Type.WEIGHT);
            Shape[] shapes =
                    rows.stream().map(row -> new Shape(1).addAll(row)).toArray(Shape[]::new);
            block.initialize(manager, DataType.FLOAT32, shapes);
        }
    }

    private Training training() {
        if (training == null) {
            training = new Training(settings, model(), new HeadLoss(heads));
        }
        return training;
    }

    /** Takes over means and standard deviations. */
    void replace(List<Standard> newInputs, Standard newOutput) {
        inputs.forEach(Standard::close);
        inputs.clear();
        inputs.addAll(newInputs);
        if (output != null) {
            output.close();
        }
        output = newOutput;
    }

    Model model() {
        if (model == null) {
            throw new IllegalStateException("The predictor has no network yet. Call fit() first.");
        }
        return model;
    }

    /**
     * Predicts, {@code (instances, heads, numbers)}. All that is made belongs to the manager of the
     * inputs.
     */
    NDArray predict(NDList arrays) {
        Standard standard = output();
        if (arrays.size() != inputs.size()) {
            throw new IllegalArgumentException(
                    "The predictor was fitted to "
                            + inputs.size()
                            + " arrays, but was given "
                            + arrays.size()
                            + ". Use it for the problem whose log it was fitted to.");
        }
        NDList scaled = new NDList();
        for (int i = 0; i < arrays.size(); i++) {
            requireRow(i, arrays.get(i));
            scaled.add(inputs.get(i).in(arrays.get(i)));
        }
        NDManager manager = arrays.head().getManager();
        NDArray raw =
                block().forward(new ParameterStore(manager, false), scaled, false)
                        .singletonOrThrow();
        long instances = arrays.head().getShape().get(0);
        long size = standard.row().size();
        HeadLoss.requireSize(raw, instances, heads, size);
        return standard.out(raw.reshape(instances, heads, size));
    }

    private void requireRow(int index, NDArray array) {
        Shape row = inputs.get(index).row();
        if (!array.getShape().slice(1).equals(row)) {
            throw new IllegalArgumentException(
                    "Input "
                            + index
                            + " of the predictor must have the shape "
                            + row
                            + " per instance, as in its log, but had "
                            + array.getShape().slice(1)
                            + ". Use it for the problem whose log it was fitted to.");
        }
    }

    @Override
    public void close() {
        closed = true;
        if (training != null) {
            training.close();
        }
        if (model != null) {
            model.close();
        }
    }
}
