package io.github.gradkit.examples.tracin;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
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
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import io.github.gradkit.examples.data.ImageSet;
import java.io.IOException;
import java.util.Arrays;

/** A network for images, and the arrays that go with it. */
final class Classifier implements AutoCloseable {

    private static final int PREDICTION_BATCH = 1024;

    private final Model model;
    private final NDManager manager;
    private final int batchSize;

    /** Makes an untrained network; the seed decides its weights and the order of its training. */
    Classifier(ModelKind kind, int classes, int batchSize, int seed) {
        Engine.getInstance().setRandomSeed(seed);
        this.batchSize = batchSize;
        model = Model.newInstance("classifier", Device.cpu());
        model.setBlock(kind.block(classes));
        manager = model.getNDManager().newSubManager();
    }

    Model model() {
        return model;
    }

    static Loss loss() {
        return Loss.softmaxCrossEntropyLoss();
    }

    /** Copies images to arrays that live as long as the classifier. */
    ArrayDataset dataset(ImageSet images) {
        Shape shape =
                new Shape(images.size(), 1, images.format().height(), images.format().width());
        return new ArrayDataset.Builder()
                .setData(manager.create(images.features(), shape))
                .optLabels(manager.create(images.labels()))
                .setSampling(batchSize, true)
                .build();
    }

    /** Trains by gradient descent. */
    void fit(ArrayDataset images, int epochs, Tracker learningRate, TrainingListener... listeners)
            throws IOException, TranslateException {
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(loss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(Optimizer.sgd().setLearningRateTracker(learningRate).build())
                        .addTrainingListeners(listeners);
        try (Trainer trainer = model.newTrainer(config)) {
            Shape all = images.getData(manager).iterator().next().getData().head().getShape();
            trainer.initialize(all);
            EasyTrain.fit(trainer, epochs, images, null);
        }
    }

    /** Computes the outputs for all images, in order. */
    Logits logits(ArrayDataset images) throws IOException, TranslateException {
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
