package io.github.gradkit.adm.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A small segmentation network whose first weights depend on nothing but a seed. */
final class Nets {

    private Nets() {}

    static Block net(int labels) {
        return new SequentialBlock()
                .add(conv(8, 3))
                .add(BatchNorm.builder().build())
                .add(Activation::relu)
                .add(conv(labels, 3));
    }

    private static Block conv(int filters, int kernel) {
        return Conv2d.builder()
                .setKernelShape(new Shape(kernel, kernel))
                .setFilters(filters)
                .optPadding(new Shape(kernel / 2, kernel / 2))
                .build();
    }

    static Model model(int labels) {
        Model model = Model.newInstance("net", "PyTorch");
        model.setBlock(net(labels));
        return model;
    }

    static Trainer trainer(Model model, Loss loss, TrainingListener... listeners) {
        return trainer(model, loss, 1, Scenes.SIDE, Scenes.SIDE, listeners);
    }

    static Trainer trainer(
            Model model,
            Loss loss,
            int channels,
            int height,
            int width,
            TrainingListener... listeners) {
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(loss)
                        .optOptimizer(
                                Optimizer.adam()
                                        .optLearningRateTracker(Tracker.fixed(0.01f))
                                        .build())
                        .addTrainingListeners(listeners);
        config.optInitializer(
                new Seeded(),
                (java.util.function.Predicate<Parameter>)
                        p -> p.getType() == Parameter.Type.WEIGHT);
        Trainer trainer = model.newTrainer(config);
        trainer.initialize(new Shape(1, channels, height, width));
        return trainer;
    }

    /** All weights, biases, and running statistics. */
    static Map<String, float[]> values(Model model) {
        Map<String, float[]> values = new LinkedHashMap<>();
        model.getBlock()
                .getParameters()
                .forEach(
                        pair ->
                                values.put(
                                        pair.getKey(), pair.getValue().getArray().toFloatArray()));
        return values;
    }

    private static final class Seeded implements Initializer {

        @Override
        public NDArray initialize(
                ai.djl.ndarray.NDManager manager, Shape shape, DataType dataType) {
            Random random = new Random(shape.size());
            float[] values = new float[Math.toIntExact(shape.size())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (0.2 * random.nextGaussian());
            }
            return manager.create(values, shape);
        }
    }
}
