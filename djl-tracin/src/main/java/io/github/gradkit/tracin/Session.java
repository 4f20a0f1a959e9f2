package io.github.gradkit.tracin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Progress;
import io.github.gradkit.support.data.ExampleBatch;
import io.github.gradkit.support.data.ExampleReader;
import io.github.gradkit.support.gradient.GradientIsolation;
import io.github.gradkit.support.model.ModelFingerprint;
import io.github.gradkit.support.model.ParameterPaths;
import io.github.gradkit.tracin.internal.BatchChecks;
import io.github.gradkit.tracin.internal.CheckpointWeights;
import io.github.gradkit.tracin.internal.Factor;
import io.github.gradkit.tracin.internal.Geometry;
import io.github.gradkit.tracin.internal.GradientPass;
import io.github.gradkit.tracin.internal.Layer;
import io.github.gradkit.tracin.internal.LayerKernel;
import io.github.gradkit.tracin.internal.Layers;
import io.github.gradkit.tracin.internal.ModelWalker;
import io.github.gradkit.tracin.internal.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One analysis from start to end: owns all memory, keeps the model as it was, counts progress. */
final class Session implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(Session.class);
    private static final int INSPECTED = 4;

    private final Block block;
    private final List<Checkpoint> checkpoints;
    private final Map<String, Parameter> parameters;
    private final ModelWalker walker;
    private final List<Layer> layers;
    private final DataType dataType;
    private final int batchSize;
    private final Map<Side, Boolean> means = new HashMap<>();
    private final NDManager manager;
    private final GradientIsolation isolation;
    private final @Nullable Progress progress;

    Session(TracIn.Settings settings) {
        block = settings.block();
        checkpoints = settings.checkpoints();
        progress = settings.progress();
        batchSize = settings.batchSize();
        parameters = ParameterPaths.of(block);
        requireSameModel();
        walker = new ModelWalker(block, settings.walkers());
        layers = Layers.of(walker, everTrained(), settings.layers());
        NDArray any = parameters.values().iterator().next().getArray();
        dataType = any.getDataType();
        // a loss may reach the model's own weights (weight decay does) and leave gradients there
        isolation = GradientIsolation.of(block);
        manager = any.getManager().newSubManager();
        manager.setName("tracin");
    }

    List<Layer> layers() {
        return layers;
    }

    List<Checkpoint> checkpoints() {
        return checkpoints;
    }

    /** The bytes of one value of a gradient. */
    int valueBytes() {
        return dataType.getNumOfBytes();
    }

    private void requireSameModel() {
        String fingerprint = ModelFingerprint.of(block);
        for (Checkpoint checkpoint : checkpoints) {
            if (!checkpoint.fingerprint().equals(fingerprint)) {
                throw new IllegalArgumentException(
                        checkpoint.file()
                                + " was saved from a model with other parameters (fingerprint "
                                + checkpoint.fingerprint()
                                + ", this model has "
                                + fingerprint
                                + "): build the model exactly as it was trained");
            }
        }
    }

    private Set<Parameter> everTrained() {
        Set<Parameter> trained = new HashSet<>();
        checkpoints.forEach(checkpoint -> trained.addAll(trained(checkpoint)));
        return trained;
    }

    private Set<Parameter> trained(Checkpoint checkpoint) {
        Set<Parameter> trained = new HashSet<>();
        parameters.forEach(
                (path, parameter) -> {
                    if (checkpoint.trainable().contains(path)) {
                        trained.add(parameter);
                    }
                });
        return trained;
    }

    /** Loads a checkpoint. */
    CheckpointRun load(Checkpoint checkpoint) {
        NDManager scope = manager.newSubManager();
        try {
            Map<String, NDArray> loaded = checkpoint.load(scope);
            Map<Parameter, NDArray> arrays = new HashMap<>();
            parameters.forEach((path, parameter) -> arrays.put(parameter, loaded.get(path)));
            CheckpointWeights weights = new CheckpointWeights(scope, arrays, trained(checkpoint));
            return new CheckpointRun(scope, weights, walker, layers);
        } catch (IOException e) {
            scope.close();
            throw new UncheckedIOException(
                    "Checkpoint " + checkpoint.file() + " can't be loaded: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
    }

    /** Looks at a few examples of a side: are they independent, and how large is each layer? */
    Side inspect(
            CheckpointRun run, Examples examples, Objective objective, double sign, String name) {
        ExampleReader reader = examples.open(manager, dataType);
        if (reader.size() == 0) {
            throw new IllegalArgumentException("The " + name + " examples are empty");
        }
        BatchChecks checks = new BatchChecks(walker, run.weights());
        int[] picked = ExampleReader.spread(reader.size(), INSPECTED);
        try (NDManager scope = run.manager().newSubManager()) {
            ExampleBatch batch = reader.batch(scope, picked);
            inScope(scope, inner -> checks.requireIndependent(inner, Sample.of(batch)));
            inScope(
                    scope,
                    inner -> checks.requireFaithfulWalk(inner, block, Sample.of(batch).data()));
            checks.requireVisible();
            for (int i = 0; i < picked.length && batchSize > 1; i++) {
                requireHarmlessPadding(
                        scope, checks, new Picked(reader, picked, i), batch, objective);
            }
            GradientPass.Target target = new GradientPass.Target(objective, sign, false);
            List<Optional<Geometry>> geometries = geometries(run, scope, batch, target);
            return new Side(reader, reader.size(), name, objective, sign, geometries);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Picked(ExampleReader reader, int[] indices, int i) {}

    private static void requireHarmlessPadding(
            NDManager scope,
            BatchChecks checks,
            Picked picked,
            ExampleBatch batch,
            Objective objective) {
        inScope(
                scope,
                inner -> {
                    int one = picked.indices()[picked.i()];
                    ExampleBatch alone = picked.reader().batch(inner, one);
                    checks.requireHarmlessPadding(
                            inner, Sample.of(batch), picked.i(), Sample.of(alone), objective);
                });
    }

    private static void inScope(NDManager parent, Consumer<NDManager> action) {
        try (NDManager scope = parent.newSubManager()) {
            action.accept(scope);
        }
    }

    /**
     * Finds out whether a side's objective is a mean over the batch.
     *
     * <p>Examples whose gradient is zero tell nothing, so the search goes on until one has a
     * gradient. If none has any, all scores of this checkpoint are zero either way.
     */
    private boolean isMean(CheckpointRun run, Side side, int largestBatch) {
        if (largestBatch == 1 || side.size() == 1) {
            return false;
        }
        if (!means.containsKey(side)) {
            findMean(run, side, largestBatch).ifPresent(mean -> means.put(side, mean));
        }
        return means.getOrDefault(side, false);
    }

    private Optional<Boolean> findMean(CheckpointRun run, Side side, int largestBatch) {
        BatchChecks checks = new BatchChecks(walker, run.weights());
        try (NDManager reading = run.manager().newSubManager()) {
            ExampleBatch picked =
                    side.reader().batch(reading, ExampleReader.spread(side.size(), INSPECTED));
            Optional<Boolean> mean = isMean(checks, reading, picked, side);
            if (mean.isPresent()) {
                return mean;
            }
            for (ExampleBatch batch : side.reader().batches(reading, largestBatch)) {
                mean = isMean(checks, reading, batch, side);
                batch.close();
                if (mean.isPresent()) {
                    return mean;
                }
            }
            return Optional.empty();
        }
    }

    private static Optional<Boolean> isMean(
            BatchChecks checks, NDManager reading, ExampleBatch batch, Side side) {
        try (NDManager scope = reading.newSubManager()) {
            return checks.isMean(
                    scope, Sample.of(batch), side.objective(), side.name() + " objective");
        }
    }

    private List<Optional<Geometry>> geometries(
            CheckpointRun run, NDManager scope, ExampleBatch batch, GradientPass.Target target) {
        List<List<LayerKernel.Use>> uses = run.uses(scope, batch, target);
        List<Optional<Geometry>> geometries = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            Optional<LayerKernel> kernel = layers.get(i).kernel();
            List<LayerKernel.Use> layerUses = uses.get(i);
            geometries.add(
                    layerUses.isEmpty()
                            ? Optional.empty()
                            : kernel.flatMap(k -> k.geometry(layerUses)));
        }
        return geometries;
    }

    /** Warns of every layer that will be slow. */
    void warnOfFallbacks(long examples) {
        for (Layer layer : layers) {
            if (layer.kernel().isEmpty()) {
                logger.warn(
                        "Layer {} ({}, {} parameters) has no TracIn kernel: its gradients are exact"
                            + " but take one forward and one backward pass per example, {} in all."
                            + " Register a BlockWalker if it is a composite, or leave it out with"
                            + " optLayers",
                        layer.path(),
                        layer.leaf().getClass().getSimpleName(),
                        layer.parameterCount(),
                        examples * checkpoints.size());
            }
        }
    }

    /** What is done with the factors of a batch. */
    interface BatchAction {

        /**
         * Uses the factors.
         *
         * @param scope owns them, and is closed afterwards
         * @param first the index in the data set of the batch's first example
         * @param factors for each layer its factor, or empty
         */
        void accept(NDManager scope, int first, List<Optional<Factor>> factors);
    }

    /** Computes the factors of all examples of a side, batch by batch and in order. */
    void forEachBatch(
            CheckpointRun run, Side side, double weight, Batching batching, BatchAction action) {
        GradientPass.Target target = side.target(weight, isMean(run, side, batching.size()));
        int first = 0;
        try (NDManager reading = run.manager().newSubManager()) {
            for (ExampleBatch batch : side.reader().batches(reading, batching.size())) {
                try (NDManager scope = reading.newSubManager()) {
                    action.accept(
                            scope, first, run.factors(scope, batch, target, batching.formed()));
                }
                first += batch.size();
                advance(batch.size());
                batch.close();
            }
        }
        requireAll(side, first);
    }

    private static void requireAll(Side side, int visited) {
        if (visited != side.size()) {
            throw new IllegalStateException(
                    "Only "
                            + visited
                            + " of "
                            + side.size()
                            + " "
                            + side.name()
                            + " examples were read, so the scores of the others would be wrong."
                            + " Leave the data set as it is during an analysis.");
        }
    }

    void startProgress(String message, long steps) {
        if (progress != null) {
            progress.reset(message, steps);
            progress.start(0);
        }
    }

    private void advance(long steps) {
        if (progress != null) {
            progress.increment(steps);
        }
    }

    void endProgress() {
        if (progress != null) {
            progress.end();
        }
    }

    @Override
    public void close() {
        try {
            isolation.close();
        } finally {
            manager.close();
        }
    }
}
