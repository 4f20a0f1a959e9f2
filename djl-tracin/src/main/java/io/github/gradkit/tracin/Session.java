package io.github.gradkit.tracin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.dataset.Batch;
import ai.djl.util.Progress;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final NDManager manager;
    private final GradientIsolation isolation;
    private final @Nullable Progress progress;

    Session(TracIn.Settings settings) {
        block = settings.block();
        checkpoints = settings.checkpoints();
        progress = settings.progress();
        parameters = ParameterPaths.of(block);
        requireSameModel();
        walker = new ModelWalker(block, settings.walkers());
        layers = Layers.of(walker, everTrained(), settings.layers());
        NDArray any = parameters.values().iterator().next().getArray();
        manager = any.getManager().newSubManager();
        manager.setName("tracin");
        // a loss may reach the model's own weights (weight decay does) and leave gradients there
        isolation = GradientIsolation.of(block);
    }

    List<Layer> layers() {
        return layers;
    }

    List<Checkpoint> checkpoints() {
        return checkpoints;
    }

    NDManager newScope() {
        return manager.newSubManager();
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
        NDManager scope = newScope();
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

    /** Looks at the first examples of a side: are they independent, and how large is each layer? */
    Side inspect(
            CheckpointRun run, Examples examples, Objective objective, double sign, String name) {
        Examples.Reader reader = examples.open(manager);
        if (reader.size() == 0) {
            throw new IllegalArgumentException("The " + name + " examples are empty");
        }
        try (NDManager scope = run.manager().newSubManager()) {
            Batch batch = reader.batches(scope, INSPECTED).iterator().next();
            BatchChecks checks = new BatchChecks(walker, run.weights());
            try (NDManager checkScope = scope.newSubManager()) {
                checks.requireIndependent(checkScope, batch.getData());
            }
            checks.requireVisible(layers);
            boolean mean;
            try (NDManager checkScope = scope.newSubManager()) {
                mean =
                        checks.isMean(
                                checkScope,
                                batch.getData(),
                                batch.getLabels(),
                                objective,
                                name + " objective");
            }
            List<Optional<Geometry>> geometries =
                    geometries(run, scope, batch, new GradientPass.Target(objective, sign, mean));
            return new Side(reader, reader.size(), objective, sign, mean, geometries);
        }
    }

    private List<Optional<Geometry>> geometries(
            CheckpointRun run, NDManager scope, Batch batch, GradientPass.Target target) {
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
        int first = 0;
        try (NDManager reading = run.manager().newSubManager()) {
            for (Batch batch : side.reader().batches(reading, batching.size())) {
                try (NDManager scope = reading.newSubManager()) {
                    action.accept(
                            scope,
                            first,
                            run.factors(scope, batch, side.target(weight), batching.formed()));
                }
                first += batch.getSize();
                advance(batch.getSize());
                batch.close();
            }
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
