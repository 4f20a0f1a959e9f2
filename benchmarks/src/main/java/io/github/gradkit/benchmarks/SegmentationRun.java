package io.github.gradkit.benchmarks;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import io.github.gradkit.adm.data.SceneGenerator;
import io.github.gradkit.adm.data.ScribbleDataset;
import io.github.gradkit.adm.data.ScribbleGenerator;
import io.github.gradkit.examples.model.SegmentationNet;
import java.io.IOException;

/** Training of a small network on scribbled scenes of 64 x 64 pixels, an epoch at a time. */
final class SegmentationRun implements AutoCloseable {

    static final int LABELS = 4;

    private static final int SIDE = 64;
    private static final int IMAGES = 80;
    private static final int BATCH = 10;

    private final Model model;
    private final ScribbleDataset scenes;

    /** Starts from weights that are the same for all runs. */
    SegmentationRun() {
        Engine.getInstance().setRandomSeed(7);
        model = Model.newInstance("segmentation", Device.cpu());
        model.setBlock(new SegmentationNet(LABELS));
        scenes =
                ScribbleDataset.builder()
                        .setImages(
                                SceneGenerator.builder()
                                        .optSize(SIDE, SIDE)
                                        .optLabels(LABELS)
                                        .optScribbles(ScribbleGenerator.builder().build())
                                        .build()
                                        .scenes(IMAGES, 3))
                        .setSampling(BATCH, true)
                        .build();
    }

    /** Opens a trainer that goes on with the weights there are. */
    Trainer trainer(Loss loss, double rate, TrainingListener... listeners) {
        Trainer trainer =
                model.newTrainer(
                        new DefaultTrainingConfig(loss)
                                .optDevices(new Device[] {Device.cpu()})
                                .optOptimizer(
                                        Optimizer.adam()
                                                .optLearningRateTracker(Tracker.fixed((float) rate))
                                                .build())
                                .addTrainingListeners(listeners));
        trainer.initialize(new Shape(BATCH, 3, SIDE, SIDE));
        return trainer;
    }

    /** Trains for an epoch, as {@code EasyTrain.fit} does, and returns its milliseconds. */
    double epoch(Trainer trainer) {
        long start = System.nanoTime();
        try {
            for (Batch batch : trainer.iterateDataset(scenes)) {
                EasyTrain.trainBatch(trainer, batch);
                trainer.step();
                batch.close();
            }
        } catch (IOException | TranslateException e) {
            throw new IllegalStateException(e);
        }
        trainer.notifyListeners(listener -> listener.onEpoch(trainer));
        return (System.nanoTime() - start) / 1e6;
    }

    @Override
    public void close() {
        model.close();
    }
}
