package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A small training with DJL that computes the same bits whenever it is run. */
final class Training implements AutoCloseable {

    static final int ROWS = 13;
    static final int BATCH = 5;
    static final int BATCHES = 3;

    final Model model = Model.newInstance("training");
    final Trainer trainer;

    private Training(
            Block block, byte[] weights, Optimizer optimizer, TrainingListener... listeners) {
        Engine.getInstance().setRandomSeed(5);
        model.setBlock(block);
        if (weights.length > 0) {
            load(block, weights);
        }
        trainer =
                model.newTrainer(
                        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                                .optOptimizer(optimizer)
                                .addTrainingListeners(listeners));
        trainer.initialize(new Shape(1, 4));
    }

    static Training of(Block block, Optimizer optimizer, TrainingListener... listeners) {
        return new Training(block, new byte[0], optimizer, listeners);
    }

    /** Goes on from weights that {@link #saved()} returned. */
    static Training of(
            Block block, byte[] weights, Optimizer optimizer, TrainingListener... listeners) {
        return new Training(block, weights, optimizer, listeners);
    }

    static Block network() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(8).build())
                .add(BatchNorm.builder().build())
                .add(Activation.reluBlock())
                .add(Linear.builder().setUnits(3).build());
    }

    static Block withDropout() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(8).build())
                .add(BatchNorm.builder().build())
                .add(Activation.reluBlock())
                .add(Dropout.builder().optRate(.2f).build())
                .add(Linear.builder().setUnits(3).build());
    }

    /** One of its weights is too large to be measured together with others. */
    static Block wide() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(Measurements.SMALL / 4 + 1).build())
                .add(Activation.reluBlock())
                .add(Linear.builder().setUnits(3).build());
    }

    private void load(Block block, byte[] weights) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(weights))) {
            block.loadParameters(model.getNDManager(), in);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    byte[] saved() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            block().saveParameters(out);
        }
        return bytes.toByteArray();
    }

    Block block() {
        return model.getBlock();
    }

    NDArray weight(int parameter) {
        return block().getParameters().valueAt(parameter).getArray();
    }

    /** The numbers of an epoch, in an order of its own. */
    static ArrayDataset dataset(NDManager manager, int epoch) {
        float[][] rows = new float[ROWS][4];
        int[] labels = new int[ROWS];
        Random random = new Random(3);
        for (int i = 0; i < ROWS; i++) {
            labels[i] = random.nextInt(3);
            for (int j = 0; j < 4; j++) {
                rows[i][j] = (float) random.nextGaussian() + (j == labels[i] ? 1 : 0);
            }
        }
        int[] order = new Random(epoch).ints(0, ROWS).distinct().limit(ROWS).toArray();
        float[] data = new float[ROWS * 4];
        for (int i = 0; i < data.length; i++) {
            data[i] = rows[order[i / 4]][i % 4];
        }
        int[] ofEpoch = Arrays.stream(order).map(i -> labels[i]).toArray();
        return new ArrayDataset.Builder()
                .setData(manager.create(data, new Shape(ROWS, 4)))
                .optLabels(manager.create(ofEpoch))
                .setSampling(BATCH, false)
                .build();
    }

    /** Trains as programs do; epochs are counted from 0. */
    Training epochs(int from, int to) throws Exception {
        for (int epoch = from; epoch < to; epoch++) {
            Engine.getInstance().setRandomSeed(epoch);
            try (NDManager ofEpoch = trainer.getManager().newSubManager()) {
                EasyTrain.fit(trainer, 1, dataset(ofEpoch, epoch), null);
            }
        }
        return this;
    }

    /** Decides about a batch whose gradients have been computed. */
    interface Step {
        /** Changes the batch before its forward pass. */
        void prepare(int number, Batch batch);
    }

    /** Trains batch by batch; the steps are counted from 1. */
    void batches(int from, int to, Step step) throws Exception {
        int number = 1;
        for (int epoch = 0; number <= to; epoch++) {
            try (NDManager ofEpoch = trainer.getManager().newSubManager()) {
                for (Batch batch : trainer.iterateDataset(dataset(ofEpoch, epoch))) {
                    if (number >= from && number <= to) {
                        step.prepare(number, batch);
                        EasyTrain.trainBatch(trainer, batch);
                        trainer.step();
                    }
                    batch.close();
                    number++;
                }
            }
        }
    }

    void batches(int from, int to) throws Exception {
        batches(from, to, (number, batch) -> {});
    }

    static void fill(Batch batch, float value) {
        NDArray data = batch.getData().head();
        data.set(new float[(int) data.size()]);
        data.addi(value);
    }

    /** All parameters, statistics of batches included. */
    List<float[]> weights() {
        List<float[]> weights = new ArrayList<>();
        for (Parameter parameter : block().getParameters().values()) {
            weights.add(parameter.getArray().toFloatArray());
        }
        return weights;
    }

    List<float[]> gradients() {
        List<float[]> gradients = new ArrayList<>();
        for (Parameter parameter : block().getParameters().values()) {
            if (parameter.getArray().hasGradient()) {
                try (NDArray gradient = parameter.getArray().getGradient()) {
                    gradients.add(gradient.toFloatArray());
                }
            }
        }
        return gradients;
    }

    static void assertSameBits(List<float[]> some, List<float[]> others) {
        assertThat(some).hasSameSizeAs(others);
        for (int i = 0; i < some.size(); i++) {
            assertThat(some.get(i)).as("parameter %d", i).containsExactly(others.get(i));
        }
    }

    static void assertFinite(List<float[]> weights) {
        for (float[] weight : weights) {
            for (float value : weight) {
                assertThat(value).isFinite();
            }
        }
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }
}
