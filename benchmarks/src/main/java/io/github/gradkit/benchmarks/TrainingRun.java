package io.github.gradkit.benchmarks;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.translate.TranslateException;
import io.github.gradkit.hyperopt.HyperTower;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * One training that is advanced step by step, on random images with random labels. A step is the
 * body of the loop of {@code EasyTrain.fit}: draw a batch of a shuffled data set, forward,
 * backward, update, close the batch.
 */
final class TrainingRun implements AutoCloseable {

    private static final int CLASSES = 10;
    private static final int BATCHES = 16;

    private final Model model;
    private final Trainer trainer;
    private final Dataset dataset;
    private final Optimizer optimizer;
    private Iterator<Batch> batches = Collections.emptyIterator();

    TrainingRun(Supplier<Block> block, Shape shape, Optimizer optimizer) {
        this(block, shape, optimizer, (data, model) -> data);
    }

    /**
     * Starts a training on a data set that is wrapped.
     *
     * @param wrapping makes the data set to train on; told of the batches if it is a listener
     * @param listeners told of the batches
     */
    TrainingRun(
            Supplier<Block> block,
            Shape shape,
            Optimizer optimizer,
            BiFunction<Dataset, Model, Dataset> wrapping,
            TrainingListener... listeners) {
        Engine.getInstance().setRandomSeed(7);
        model = Model.newInstance("training", Device.cpu());
        model.setBlock(block.get());
        long examples = BATCHES * shape.get(0);
        NDManager manager = model.getNDManager();
        ArrayDataset images =
                new ArrayDataset.Builder()
                        .setData(manager.randomUniform(0, 1, images(examples, shape)))
                        .optLabels(manager.randomUniform(0, CLASSES, new Shape(examples)).floor())
                        .setSampling(Math.toIntExact(shape.get(0)), true)
                        .build();
        dataset = wrapping.apply(images, model);
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(optimizer)
                        .addTrainingListeners(listeners);
        if (dataset instanceof TrainingListener listener) {
            config.addTrainingListeners(listener);
        }
        trainer = model.newTrainer(config);
        trainer.initialize(shape);
        this.optimizer = optimizer;
    }

    private static Shape images(long examples, Shape shape) {
        return new Shape(examples).addAll(shape.slice(1));
    }

    /** Makes some steps. */
    void steps(int count) {
        for (int i = 0; i < count; i++) {
            step();
        }
    }

    /** Makes one step and returns the microseconds that it took. */
    double step() {
        if (!batches.hasNext()) {
            batches = shuffled();
        }
        long start = System.nanoTime();
        try (Batch batch = batches.next()) {
            EasyTrain.trainBatch(trainer, batch);
            trainer.step();
        }
        return (System.nanoTime() - start) / 1e3;
    }

    private Iterator<Batch> shuffled() {
        try {
            return trainer.iterateDataset(dataset).iterator();
        } catch (IOException | TranslateException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a tower keeps from step to step, by the size of the weights. */
    double keptArrays() {
        if (!(optimizer instanceof HyperTower tower)) {
            return Double.NaN;
        }
        long weights = 0;
        for (Parameter parameter : model.getBlock().getParameters().values()) {
            NDArray array = parameter.getArray();
            weights += array.size() * array.getDataType().getNumOfBytes();
        }
        return (double) tower.keptBytes() / weights;
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }
}
