package io.github.gradkit.examples.hyperopt;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.recurrent.LSTM;
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
import java.io.IOException;

/** An LSTM that predicts each next character of a text. */
final class CharNetwork implements AutoCloseable {

    static final int UNITS = 128;

    private static final int PREDICTION = 64;

    private final Model model;
    private final NDManager manager;
    private final Loss loss = new CharLoss();

    /** Makes an untrained network; the seed decides its weights and the order of its training. */
    CharNetwork(int alphabet, int seed) {
        Engine.getInstance().setRandomSeed(seed);
        model = Model.newInstance("char-rnn", Device.cpu());
        model.setBlock(block(alphabet));
        manager = model.getNDManager().newSubManager();
    }

    private static Block block(int alphabet) {
        return new SequentialBlock()
                .add(LambdaBlock.singleton(characters -> characters.oneHot(alphabet)))
                .add(
                        LSTM.builder()
                                .setNumLayers(1)
                                .setStateSize(UNITS)
                                .optBatchFirst(true)
                                .optReturnState(false)
                                .build())
                .add(Linear.builder().setUnits(alphabet).build());
    }

    /** Copies a text to arrays that live as long as the network. */
    ArrayDataset dataset(CharText text, int length, int batchSize) {
        Shape shape = new Shape(text.sequences(length), length);
        return new ArrayDataset.Builder()
                .setData(manager.create(text.sequences(length, 0), shape))
                .optLabels(manager.create(text.sequences(length, 1), shape))
                .setSampling(batchSize, true)
                .build();
    }

    void fit(ArrayDataset text, int epochs, Optimizer optimizer, TrainingListener... listeners)
            throws IOException, TranslateException {
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(loss)
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(optimizer)
                        .addTrainingListeners(listeners);
        try (Trainer trainer = model.newTrainer(config)) {
            NDArray all = text.getData(manager).iterator().next().getData().head();
            trainer.initialize(all.getShape());
            EasyTrain.fit(trainer, epochs, text, null);
        }
    }

    /** Returns the mean loss per character; NaN or infinite if the training diverged. */
    double loss(ArrayDataset text) {
        ParameterStore parameters = new ParameterStore(manager, false);
        double sum = 0;
        try (NDManager scope = manager.newSubManager()) {
            for (Batch batch : batches(text, scope)) {
                NDList output = model.getBlock().forward(parameters, batch.getData(), false);
                try (NDArray mean = loss.evaluate(batch.getLabels(), output)) {
                    sum += mean.getFloat() * batch.getSize();
                }
                batch.close();
            }
        }
        return sum / text.size();
    }

    private static Iterable<Batch> batches(ArrayDataset text, NDManager scope) {
        try {
            return text.getData(scope, new BatchSampler(new SequenceSampler(), PREDICTION, false));
        } catch (IOException | TranslateException e) {
            throw new IllegalStateException("The text is in memory, yet can't be read", e);
        }
    }

    @Override
    public void close() {
        manager.close();
        model.close();
    }
}
