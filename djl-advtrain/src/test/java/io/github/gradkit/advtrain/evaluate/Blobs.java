package io.github.gradkit.advtrain.evaluate;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import java.io.IOException;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Three clouds of points in a box, and models that tell them apart. */
final class Blobs implements AutoCloseable {

    static final int FEATURES = 6;
    static final int CLASSES = 3;
    static final EpsilonBall BALL = EpsilonBall.linf(0.12).within(0, 1);

    private final NDManager manager = NDManager.newBaseManager();
    private final NDArray inputs;
    private final int[] labels;

    Blobs(int examples, long seed) {
        Random random = new Random(seed);
        float[] values = new float[examples * FEATURES];
        labels = new int[examples];
        for (int i = 0; i < examples; i++) {
            labels[i] = i % CLASSES;
            for (int j = 0; j < FEATURES; j++) {
                double center = j % CLASSES == labels[i] ? 0.75 : 0.3;
                double value = center + 0.1 * random.nextGaussian();
                values[i * FEATURES + j] = (float) Math.min(1, Math.max(0, value));
            }
        }
        inputs = manager.create(values, new Shape(examples, FEATURES));
    }

    NDManager manager() {
        return manager;
    }

    NDArray inputs() {
        return inputs;
    }

    int[] labelArray() {
        return labels.clone();
    }

    NDArray labels() {
        return manager.create(labels);
    }

    ArrayDataset dataset(boolean shuffled) {
        return new ArrayDataset.Builder()
                .setData(inputs)
                .optLabels(labels())
                .setSampling(16, shuffled)
                .build();
    }

    /** Trains a network with one hidden layer. */
    Model train() throws IOException, TranslateException {
        return train(
                new SequentialBlock()
                        .add(Linear.builder().setUnits(16).build())
                        .add(Activation.reluBlock())
                        .add(Linear.builder().setUnits(CLASSES).build()));
    }

    /** Trains a block. */
    Model train(Block block) throws IOException, TranslateException {
        Model model = Model.newInstance("blobs");
        model.setBlock(block);
        ai.djl.engine.Engine.getInstance().setRandomSeed(7);
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optOptimizer(
                                Optimizer.adam()
                                        .optLearningRateTracker(Tracker.fixed(0.02f))
                                        .build());
        try (Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(new Shape(1, FEATURES));
            EasyTrain.fit(trainer, 15, dataset(true), null);
        }
        return model;
    }

    /** Puts a function in front of a trained block, or behind it. */
    static Block wrapped(Block block, UnaryOperator<NDArray> before, UnaryOperator<NDArray> after) {
        return new SequentialBlock()
                .add(LambdaBlock.singleton(before::apply, "before"))
                .add(block)
                .add(LambdaBlock.singleton(after::apply, "after"));
    }

    /** Adds noise that differs from call to call. */
    static NDArray noisy(NDArray x) {
        return x.add(x.getManager().randomNormal(0, 0.2f, x.getShape(), DataType.FLOAT32));
    }

    @Override
    public void close() {
        manager.close();
    }
}
