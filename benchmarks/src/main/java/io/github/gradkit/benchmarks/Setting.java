package io.github.gradkit.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.training.loss.Loss;
import ai.djl.util.PairList;
import io.github.gradkit.tracin.Checkpoint;
import io.github.gradkit.tracin.Examples;
import io.github.gradkit.tracin.TracIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;

/** A model, its checkpoints and random data; speed does not depend on what is in them. */
final class Setting implements AutoCloseable {

    private static final int CLASSES = 10;
    private static final int FALLBACK_EXAMPLES = 200;

    private final NDManager manager = NDManager.newBaseManager();
    private final Path folder;
    private final Supplier<Block> blocks;
    private final Block block;
    private final Shape example;
    private final int batch;
    private final List<Checkpoint> checkpoints;
    private final NDArray train;
    private final NDArray trainLabels;
    private final NDArray test;
    private final NDArray testLabels;

    Setting(Supplier<Block> blocks, Shape example, int n, int m, int checkpointCount, int batch)
            throws IOException {
        this.blocks = blocks;
        this.example = example;
        this.batch = batch;
        folder = Files.createTempDirectory("gradkit-benchmark");
        block = initialised(blocks.get());
        checkpoints = save(block, "model", checkpointCount);
        train = manager.randomNormal(new Shape(n).addAll(example));
        test = manager.randomNormal(new Shape(m).addAll(example));
        trainLabels = labels(n);
        testLabels = labels(m);
    }

    private Block initialised(Block fresh) {
        fresh.setInitializer(new NormalInitializer(0.05f), Parameter.Type.WEIGHT);
        fresh.initialize(manager, DataType.FLOAT32, new Shape(1).addAll(example));
        return fresh;
    }

    private List<Checkpoint> save(Block model, String name, int count) throws IOException {
        List<Checkpoint> saved = new ArrayList<>();
        for (int c = 0; c < count; c++) {
            Path file = folder.resolve(name + c + ".safetensors");
            saved.add(Checkpoint.write(file, model, c, c, 0.1, OptionalLong.empty()));
        }
        return saved;
    }

    private NDArray labels(int count) {
        return manager.create(new Random(count).ints(count, 0, CLASSES).toArray());
    }

    TracIn tracIn() {
        return tracIn(block, checkpoints);
    }

    private TracIn tracIn(Block model, List<Checkpoint> moments) {
        return TracIn.builder()
                .setBlock(model)
                .setCheckpoints(moments)
                .setLoss(Loss.softmaxCrossEntropyLoss())
                .optBatchSize(batch)
                .build();
    }

    Examples trainExamples() {
        return Examples.of(new NDList(train), new NDList(trainLabels));
    }

    Examples testExamples() {
        return Examples.of(new NDList(test), new NDList(testLabels));
    }

    /** One forward and backward pass over the training examples per checkpoint, as in training. */
    void trainingPasses() {
        for (int c = 0; c < checkpoints.size(); c++) {
            passes(train, trainLabels);
        }
    }

    /** The same over training and test examples, and the matrix products of all comparisons. */
    void trainingPassesAndProducts() {
        for (int c = 0; c < checkpoints.size(); c++) {
            passes(train, trainLabels);
            passes(test, testLabels);
            products();
        }
    }

    private void passes(NDArray data, NDArray labels) {
        long n = data.getShape().get(0);
        Loss loss = Loss.softmaxCrossEntropyLoss();
        for (long from = 0; from < n; from += batch) {
            NDIndex part = new NDIndex().addSliceDim(from, Math.min(n, from + batch));
            try (NDManager scope = manager.newSubManager();
                    GradientCollector collector = manager.getEngine().newGradientCollector()) {
                NDArray x = data.get(scope, part);
                NDArray y = labels.get(scope, part);
                NDList out = block.forward(new ParameterStore(scope, false), new NDList(x), true);
                collector.backward(loss.evaluate(new NDList(y), out));
            }
        }
    }

    /**
     * The products that comparing gradients can't do without: of inputs and of errors for a linear
     * layer on single vectors, of formed gradients for a convolution.
     */
    private void products() {
        for (Parameter parameter : block.getParameters().values()) {
            Shape shape = parameter.getShape();
            if (shape.dimension() == 2) {
                product(shape.get(1));
                product(shape.get(0));
            } else if (shape.dimension() > 2) {
                product(shape.size());
            }
        }
    }

    private void product(long width) {
        long n = train.getShape().get(0);
        try (NDManager scope = manager.newSubManager()) {
            NDArray left = scope.ones(new Shape(test.getShape().get(0), width));
            NDArray right = scope.ones(new Shape(width, batch));
            for (long from = 0; from < n; from += batch) {
                left.matMul(right).close();
            }
        }
    }

    /** Hides its layers, so that every gradient takes a pass of its own. */
    private static final class Opaque extends AbstractBlock {

        private final Block inner;

        Opaque(Block inner) {
            this.inner = addChildBlock("inner", inner);
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store,
                NDList inputs,
                boolean training,
                PairList<String, Object> params) {
            return inner.forward(store, inputs, training);
        }

        @Override
        public void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
            inner.initialize(manager, type, shapes);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
            return inner.getOutputShapes(shapes);
        }
    }

    /** The time of a one-example pass, measured through the fallback itself. */
    double fallbackSecondsPerExample() throws IOException {
        Block opaque = initialised(new Opaque(blocks.get()));
        TracIn fallback = tracIn(opaque, save(opaque, "opaque", 1));
        NDIndex slice = new NDIndex().addSliceDim(0, FALLBACK_EXAMPLES);
        try (NDManager scope = manager.newSubManager()) {
            NDList data = new NDList(train.get(scope, slice));
            NDList labels = new NDList(trainLabels.get(scope, slice));
            Examples examples = Examples.of(data, labels);
            fallback.selfInfluence(examples);
            long start = System.nanoTime();
            fallback.selfInfluence(examples);
            return (System.nanoTime() - start) / 1e9 / FALLBACK_EXAMPLES;
        }
    }

    @Override
    public void close() throws IOException {
        manager.close();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
