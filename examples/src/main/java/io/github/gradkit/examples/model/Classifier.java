package io.github.gradkit.examples.model;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.BatchSampler;
import ai.djl.training.dataset.SequenceSampler;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.translate.TranslateException;
import io.github.gradkit.examples.data.ImageSet;
import java.io.IOException;
import java.util.Arrays;

/** A network for images, and the arrays that go with it. */
public final class Classifier implements AutoCloseable {

    private static final int PREDICTION_BATCH = 1024;

    private final Model model;
    private final NDManager manager;
    private final int batchSize;

    /**
     * Makes an untrained network.
     *
     * @param block the network, from images {@code (examples, channels, height, width)} to one
     *     output per class
     * @param batchSize examples per step of the training
     * @param seed decides the weights and the order of the training
     */
    public Classifier(Block block, int batchSize, int seed) {
        Engine.getInstance().setRandomSeed(seed);
        this.batchSize = batchSize;
        model = Model.newInstance("classifier", Device.cpu());
        model.setBlock(block);
        manager = model.getNDManager().newSubManager();
    }

    /**
     * Returns the model.
     *
     * @return the model, closed with this classifier
     */
    public Model model() {
        return model;
    }

    /**
     * Returns what is minimised.
     *
     * @return the cross-entropy of the softmax of the outputs
     */
    public static Loss loss() {
        return Loss.softmaxCrossEntropyLoss();
    }

    /**
     * Copies images to arrays that live as long as the classifier.
     *
     * @param images the images
     * @return their pixels and labels
     */
    public ArrayDataset dataset(ImageSet images) {
        ImageSet.Format format = images.format();
        Shape shape = new Shape(images.size(), format.channels(), format.height(), format.width());
        return new ArrayDataset.Builder()
                .setData(manager.create(images.features(), shape))
                .optLabels(manager.create(images.labels()))
                .setSampling(batchSize, true)
                .build();
    }

    /**
     * Trains the network.
     *
     * @param images the images to train with
     * @param epochs passes over them
     * @param optimizer updates the weights
     * @param listeners are told of the training
     * @throws IOException never, as the images are in memory
     * @throws TranslateException if a batch can't be put together
     */
    public void fit(
            ArrayDataset images, int epochs, Optimizer optimizer, TrainingListener... listeners)
            throws IOException, TranslateException {
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(loss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(optimizer)
                        .addTrainingListeners(listeners);
        try (Trainer trainer = model.newTrainer(config)) {
            Shape all = images.getData(manager).iterator().next().getData().head().getShape();
            trainer.initialize(all);
            EasyTrain.fit(trainer, epochs, images, null);
        }
    }

    /**
     * Computes the outputs for all images, in order.
     *
     * @param images the images
     * @return the outputs
     * @throws IOException never, as the images are in memory
     * @throws TranslateException if a batch can't be put together
     */
    public Logits logits(ArrayDataset images) throws IOException, TranslateException {
        float[][] logits = new float[Math.toIntExact(images.size())][];
        int next = 0;
        ParameterStore parameters = new ParameterStore(manager, false);
        try (NDManager scope = manager.newSubManager()) {
            BatchSampler inOrder = new BatchSampler(new SequenceSampler(), PREDICTION_BATCH, false);
            for (Batch batch : images.getData(scope, inOrder)) {
                NDList output = model.getBlock().forward(parameters, batch.getData(), false);
                try (NDArray rows = output.singletonOrThrow()) {
                    int classes = Math.toIntExact(rows.getShape().get(1));
                    float[] flat = rows.toFloatArray();
                    for (int start = 0; start < flat.length; start += classes) {
                        logits[next++] = Arrays.copyOfRange(flat, start, start + classes);
                    }
                }
                batch.close();
            }
        }
        return new Logits(logits);
    }

    @Override
    public void close() {
        manager.close();
        model.close();
    }
}
