package io.github.gradkit.advtrain.train;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.RandomUtils;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A small model and data set that give the same bits whenever they are trained. */
final class Bench implements AutoCloseable {

    static final int ROWS = 22;
    static final int BATCH = 8;
    static final int BATCHES = 3;
    static final int CLASSES = 3;

    final NDManager manager = NDManager.newBaseManager();
    final Model model = Model.newInstance("bench");
    private final Shape input;

    private Bench(Block block, Shape input) {
        this.input = input;
        Engine.getInstance().setRandomSeed(5);
        model.setBlock(block);
    }

    static Bench of(Nets net) {
        return new Bench(net.block(), net.input());
    }

    static Bench of(Block block, Shape input) {
        return new Bench(block, input);
    }

    /** A model that is initialised already, without a trainer. */
    Bench initialized() {
        model.getBlock().initialize(model.getNDManager(), model.getDataType(), input);
        return this;
    }

    NDArray features() {
        return features(ROWS);
    }

    /** Numbers between 0 and 1. */
    NDArray features(int rows) {
        Random random = new Random(3);
        float[] values = new float[Math.toIntExact(rows * input.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(64) / 64f;
        }
        Shape shape = new Shape(rows).addAll(input.slice(1));
        return manager.create(values, shape).toType(model.getDataType(), false).duplicate();
    }

    static int label(int index) {
        return (index * 7 + index / 5) % CLASSES;
    }

    NDArray labels(DataType type, int... further) {
        long[] values = new long[ROWS];
        Arrays.setAll(values, Bench::label);
        Shape shape = new Shape(ROWS);
        for (int size : further) {
            shape = shape.add(size);
        }
        return manager.create(values).reshape(shape).toType(type, false).duplicate();
    }

    ArrayDataset data(boolean shuffled) {
        return data(labels(DataType.INT64), BATCH, shuffled);
    }

    ArrayDataset data(NDArray labels, int batch, boolean shuffled) {
        return new ArrayDataset.Builder()
                .setData(features())
                .optLabels(labels)
                .setSampling(batch, shuffled)
                .build();
    }

    static DefaultTrainingConfig config(Loss loss, TrainingListener... listeners) {
        return new DefaultTrainingConfig(loss)
                .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build())
                .addTrainingListeners(listeners);
    }

    Trainer trainer(TrainingListener... listeners) {
        return ready(model.newTrainer(config(Loss.softmaxCrossEntropyLoss(), listeners)));
    }

    /** Initialises a trainer of the model, the same way always. */
    Trainer ready(Trainer trainer) {
        Engine.getInstance().setRandomSeed(6);
        trainer.initialize(input);
        Engine.getInstance().setRandomSeed(7);
        return trainer;
    }

    /** Trains with Adam and returns what {@link #state()} does. */
    Map<String, String> fit(int epochs, Dataset data, TrainingListener... listeners)
            throws Exception {
        try (Trainer trainer = trainer(listeners)) {
            return fit(epochs, data, trainer);
        }
    }

    Map<String, String> fit(int epochs, Dataset data, Trainer trainer) throws Exception {
        EasyTrain.fit(trainer, epochs, data, null);
        return state();
    }

    /** All parameters, running statistics included, and the next random numbers. */
    Map<String, String> state() {
        Map<String, String> state = weights();
        try (NDArray next = manager.randomUniform(0, 1, new Shape(4))) {
            state.put("torch random", Arrays.toString(next.toFloatArray()));
        }
        state.put("java random", String.valueOf(RandomUtils.nextInt()));
        return state;
    }

    Map<String, String> weights() {
        return weights(model.getBlock());
    }

    static Map<String, String> weights(Block block) {
        Map<String, String> bits = new LinkedHashMap<>();
        ParameterPaths.of(block)
                .forEach((path, parameter) -> bits.put(path, bits(parameter.getArray())));
        return bits;
    }

    Map<String, String> gradients() {
        Map<String, String> bits = new LinkedHashMap<>();
        ParameterPaths.of(model.getBlock())
                .forEach(
                        (path, parameter) -> {
                            bits.put(path + " flag", "" + parameter.requiresGradient());
                            if (parameter.getArray().hasGradient()) {
                                try (NDArray gradient = parameter.getArray().getGradient()) {
                                    bits.put(path, bits(gradient));
                                }
                            }
                        });
        return bits;
    }

    static String bits(NDArray array) {
        return array.getDataType() + " " + Arrays.toString(array.toByteArray());
    }

    int arrays() {
        return model.getNDManager().getManagedArrays().size();
    }

    /** What DJL itself leaves in a model after a plain training. */
    static int arraysAfterPlainTraining(Nets net) throws Exception {
        try (Bench bench = of(net)) {
            bench.fit(1, bench.data(true));
            return bench.arrays();
        }
    }

    @Override
    public void close() {
        model.close();
        manager.close();
    }
}
