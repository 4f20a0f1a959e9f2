package io.github.gradkit.benchmarks;

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
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.translate.Batchifier;
import java.util.function.Supplier;

/** One training that is advanced step by step, on random input with random labels. */
final class TrainingRun implements AutoCloseable {

    private static final int CLASSES = 10;

    private final Model model;
    private final Trainer trainer;
    private final NDArray input;
    private final NDArray labels;
    private final long bytesBefore;

    TrainingRun(Supplier<Block> block, Shape shape, Optimizer optimizer) {
        Engine.getInstance().setRandomSeed(7);
        model = Model.newInstance("tower", Device.cpu());
        model.setBlock(block.get());
        trainer =
                model.newTrainer(
                        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                                .optDevices(new Device[] {Device.cpu()})
                                .optOptimizer(optimizer));
        trainer.initialize(shape);
        input = trainer.getManager().randomNormal(shape);
        labels = trainer.getManager().randomUniform(0, CLASSES, new Shape(shape.get(0))).floor();
        bytesBefore = bytes(model.getNDManager());
    }

    /** Trains on the batch and returns the microseconds that took. */
    double step() {
        NDManager manager = trainer.getManager().newSubManager();
        NDArray data = input.duplicate();
        NDArray label = labels.duplicate();
        data.attach(manager);
        label.attach(manager);
        long start = System.nanoTime();
        try (Batch batch =
                new Batch(
                        manager,
                        new NDList(data),
                        new NDList(label),
                        Math.toIntExact(data.getShape().get(0)),
                        Batchifier.STACK,
                        Batchifier.STACK,
                        0,
                        1)) {
            EasyTrain.trainBatch(trainer, batch);
            trainer.step();
        }
        return (System.nanoTime() - start) / 1e3;
    }

    /** The bytes of arrays that the optimizer keeps from step to step below the model's manager. */
    long keptBytes() {
        return bytes(model.getNDManager()) - bytesBefore;
    }

    private static long bytes(NDManager manager) {
        long total = 0;
        for (NDArray array : manager.getManagedArrays()) {
            total += array.size() * array.getDataType().getNumOfBytes();
        }
        return total;
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }
}
