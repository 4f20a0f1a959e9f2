package io.github.gradkit.examples.adm;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import io.github.gradkit.adm.data.SegmentationLabels;
import io.github.gradkit.examples.cli.CommonOptions;
import io.github.gradkit.examples.model.SegmentationNet;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** A segmentation network that is trained. */
final class Segmenter implements AutoCloseable {

    private final Model model;
    private final int channels;
    private final int seed;

    /**
     * Makes an untrained network.
     *
     * @param seed decides the weights and the order of images
     */
    Segmenter(int channels, int labels, long seed) {
        this.channels = channels;
        this.seed = CommonOptions.engineSeed(seed);
        // The random numbers of the engine serve the whole process.
        Engine.getInstance().setRandomSeed(this.seed);
        model = Model.newInstance("segmenter", Device.cpu());
        model.setBlock(new SegmentationNet(labels));
        model.getBlock().initialize(model.getNDManager(), DataType.FLOAT32, shape());
    }

    /** The layers take images of any size. */
    private Shape shape() {
        return new Shape(1, channels, 8, 8);
    }

    /**
     * Trains the network. The order of images is the same each time. Until a batch has a labelled
     * pixel nothing is learned: without one there is no gradient, and DJL refuses a first step
     * without.
     *
     * @param rate the learning rate of Adam
     */
    void fit(
            RandomAccessDataset images,
            int epochs,
            Objective objective,
            float rate,
            TrainingListener... listeners)
            throws IOException, TranslateException {
        Engine.getInstance().setRandomSeed(seed);
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(objective.loss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(
                                Optimizer.adam()
                                        .optLearningRateTracker(Tracker.fixed(rate))
                                        .build())
                        .addTrainingListeners(listeners)
                        .addTrainingListeners(objective.listeners());
        try (Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(shape());
            objective.begin(trainer);
            boolean begun = false;
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (Batch batch : trainer.iterateDataset(images)) {
                    EasyTrain.trainBatch(trainer, batch);
                    begun = begun || isLabelled(batch);
                    if (begun) {
                        trainer.step();
                    }
                    batch.close();
                }
                trainer.notifyListeners(listener -> listener.onEpoch(trainer));
            }
        }
    }

    private static boolean isLabelled(Batch batch) {
        NDArray labels = batch.getLabels().head();
        try (NDArray labelled = labels.neq(SegmentationLabels.UNLABELLED);
                NDArray any = labelled.any()) {
            return any.getBoolean();
        }
    }

    /** Returns all weights and running statistics. */
    byte[] save() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        model.getBlock().saveParameters(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    /** Takes over what another network of the same form has saved. */
    void load(byte[] saved) throws IOException, MalformedModelException {
        model.getBlock()
                .loadParameters(
                        model.getNDManager(), new DataInputStream(new ByteArrayInputStream(saved)));
    }

    /**
     * Scores images as they are scored after training.
     *
     * @param images one array {@code (batch, channels, height, width)}
     * @return scores {@code (batch, labels, height, width)}, on the manager of the images
     */
    NDList score(NDList images) {
        ParameterStore parameters = new ParameterStore(images.getManager(), false);
        return model.getBlock().forward(parameters, images, false);
    }

    /** Returns where the arrays of batches may be made. */
    NDManager manager() {
        return model.getNDManager();
    }

    @Override
    public void close() {
        model.close();
    }
}
