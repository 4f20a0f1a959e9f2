package io.github.gradkit.adacomp.train;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.support.model.ParameterPaths;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Small models and data, and loops over them. */
final class TestLearning {

    static final Duration DEADLINE = Duration.ofMinutes(5);
    static final int FEATURES = 36;

    private TestLearning() {}

    static Model mlp() {
        return model(
                new SequentialBlock()
                        .add(Linear.builder().setUnits(40).build())
                        .add(Activation::relu)
                        .add(Linear.builder().setUnits(3).build()),
                new Shape(1, FEATURES));
    }

    static Model cnn() {
        return model(
                new SequentialBlock()
                        .addSingleton(x -> x.reshape(-1, 1, 6, 6))
                        .add(
                                Conv2d.builder()
                                        .setKernelShape(new Shape(3, 3))
                                        .setFilters(12)
                                        .build())
                        .add(BatchNorm.builder().build())
                        .add(Activation::relu)
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(3).build()),
                new Shape(1, FEATURES));
    }

    static Model flatBatchNorm() {
        return model(
                new SequentialBlock()
                        .add(Linear.builder().setUnits(8).build())
                        .add(BatchNorm.builder().build())
                        .add(Linear.builder().setUnits(3).build()),
                new Shape(1, FEATURES));
    }

    /**
     * Fills the weights by the given seed, since the seed of the engine is common to all threads.
     */
    private static Model model(SequentialBlock block, Shape input) {
        Model model = Model.newInstance("model");
        model.setBlock(block);
        block.initialize(model.getNDManager(), DataType.FLOAT32, input);
        fill(model, 5);
        return model;
    }

    static void fill(Model model, long seed) {
        Random random = new Random(seed);
        for (Parameter parameter : ParameterPaths.of(model.getBlock()).values()) {
            if (parameter.getType() == Parameter.Type.WEIGHT) {
                float[] values = new float[(int) parameter.getArray().size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (0.2 * random.nextGaussian());
                }
                ArrayMemory.write(parameter.getArray(), values);
            }
        }
    }

    /** Classes that a linear map with noise decides. */
    static ArrayDataset data(NDManager manager, int examples) {
        Random random = new Random(3);
        float[] inputs = new float[examples * FEATURES];
        float[] labels = new float[examples];
        float[] map = new float[3 * FEATURES];
        for (int i = 0; i < map.length; i++) {
            map[i] = (float) random.nextGaussian();
        }
        for (int n = 0; n < examples; n++) {
            double[] scores = new double[3];
            for (int f = 0; f < FEATURES; f++) {
                inputs[n * FEATURES + f] = (float) random.nextGaussian();
                for (int c = 0; c < 3; c++) {
                    scores[c] += map[c * FEATURES + f] * inputs[n * FEATURES + f];
                }
            }
            for (int c = 1; c < 3; c++) {
                labels[n] = scores[c] > scores[(int) labels[n]] ? c : labels[n];
            }
        }
        return new ArrayDataset.Builder()
                .setData(manager.create(inputs, new Shape(examples, FEATURES)))
                .optLabels(manager.create(labels))
                .setSampling(16, false)
                .build();
    }

    static Optimizer sgd() {
        return Optimizer.sgd()
                .setLearningRateTracker(Tracker.fixed(0.05f))
                .optMomentum(0.9f)
                .build();
    }

    static Optimizer adam() {
        return Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build();
    }

    static DefaultTrainingConfig config(Optimizer optimizer, TrainingListener... listeners) {
        return new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optOptimizer(optimizer)
                .optDevices(new Device[] {Device.cpu()})
                .addTrainingListeners(listeners);
    }

    /** Trains on the first batches of an epoch. */
    static void train(Trainer trainer, Dataset data, int batches) throws Exception {
        int left = batches;
        for (Batch batch : trainer.iterateDataset(data)) {
            if (left-- > 0) {
                EasyTrain.trainBatch(trainer, batch);
                trainer.step();
            }
            batch.close();
        }
    }

    static double loss(Model model, ArrayDataset data) throws Exception {
        double sum = 0;
        int batches = 0;
        try (Trainer trainer = model.newTrainer(config(sgd()))) {
            for (Batch batch : trainer.iterateDataset(data)) {
                try (NDArray loss =
                        trainer.getLoss()
                                .evaluate(batch.getLabels(), trainer.evaluate(batch.getData()))) {
                    sum += loss.getFloat();
                    batches++;
                }
                batch.close();
            }
        }
        return sum / batches;
    }

    /** The bits of parameters by path. */
    static Map<String, String> weights(Model model, boolean statistics) {
        Map<String, String> bits = new LinkedHashMap<>();
        ParameterPaths.of(model.getBlock())
                .forEach(
                        (path, parameter) -> {
                            if (statistics || parameter.requiresGradient()) {
                                byte[] bytes = parameter.getArray().toByteArray();
                                bits.put(path, Arrays.toString(bytes));
                            }
                        });
        return bits;
    }
}
