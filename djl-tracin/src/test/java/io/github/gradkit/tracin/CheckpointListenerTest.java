package io.github.gradkit.tracin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointListenerTest {

    /** 4 batches an epoch. */
    private static final int BATCHES = 4;

    @TempDir Path directory;

    private CheckpointListener.Builder listener(CheckpointSchedule schedule) {
        return CheckpointListener.builder()
                .setDirectory(directory)
                .setSchedule(schedule)
                .setLearningRate(.1);
    }

    private static ArrayDataset dataset(NDManager manager) {
        return new ArrayDataset.Builder()
                .setData(manager.arange(0f, 16f).reshape(8, 2).div(8))
                .optLabels(manager.arange(16f, 0f, -1f).reshape(8, 2).div(8))
                .setSampling(2, false)
                .build();
    }

    private static Model train(int epochs, Tracker tracker, TrainingListener... listeners)
            throws Exception {
        return train(Linear.builder().setUnits(2).build(), epochs, tracker, listeners);
    }

    private static void trainOtherModel(CheckpointListener listener) throws Exception {
        train(Linear.builder().setUnits(2).optBias(false).build(), 1, Tracker.fixed(.1f), listener)
                .close();
    }

    private static Model train(
            Block block, int epochs, Tracker tracker, TrainingListener... listeners)
            throws Exception {
        Engine.getInstance().setRandomSeed(1);
        Model model = Model.newInstance("model");
        model.setBlock(block);
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.l2Loss())
                        .optOptimizer(Optimizer.sgd().setLearningRateTracker(tracker).build())
                        .addTrainingListeners(listeners);
        try (Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(new Shape(1, 2));
            EasyTrain.fit(trainer, epochs, dataset(trainer.getManager()), null);
        }
        return model;
    }

    private List<Long> savedSteps() throws IOException {
        return Checkpoint.list(directory).stream().map(Checkpoint::step).toList();
    }

    @Test
    void savesEveryNSteps() throws Exception {
        train(3, Tracker.fixed(.1f), listener(CheckpointSchedule.everySteps(5)).build()).close();
        assertThat(savedSteps()).containsExactly(5L, 10L);
    }

    @Test
    void savesTheLastStepOfTheTrainingWhenDue() throws Exception {
        train(3, Tracker.fixed(.1f), listener(CheckpointSchedule.everySteps(6)).build()).close();
        assertThat(savedSteps()).containsExactly(6L, 12L);
    }

    @Test
    void savesEveryNEpochs() throws Exception {
        train(5, Tracker.fixed(.1f), listener(CheckpointSchedule.everyEpochs(2)).build()).close();
        List<Checkpoint> checkpoints = Checkpoint.list(directory);
        assertThat(savedSteps()).containsExactly(2L * BATCHES, 4L * BATCHES);
        assertThat(checkpoints).extracting(Checkpoint::epoch).containsExactly(2, 4);
    }

    @Test
    void savesAtGivenStepsIncludingTheInitialModel() throws Exception {
        train(3, Tracker.fixed(.1f), listener(CheckpointSchedule.atSteps(7, 0, 12, 99)).build())
                .close();
        assertThat(savedSteps()).containsExactly(0L, 7L, 12L);
    }

    @Test
    void savesWhenTheLossHasFallenByTheFactor() throws Exception {
        train(60, Tracker.fixed(.5f), listener(CheckpointSchedule.atLossDrop(10)).build()).close();
        List<Long> steps = savedSteps();
        assertThat(steps).hasSizeBetween(2, 20);
        assertThat(steps.get(0)).isGreaterThanOrEqualTo(10);
    }

    @Test
    void checkpointHoldsTheWeightsAfterItsSteps() throws Exception {
        CheckpointListener listener = listener(CheckpointSchedule.atSteps(8)).optSeed(42).build();
        train(4, Tracker.fixed(.1f), listener).close();
        try (Model stoppedThere = train(2, Tracker.fixed(.1f));
                NDManager manager = NDManager.newBaseManager()) {
            Checkpoint checkpoint = listener.checkpoints().get(0);
            Map<String, NDArray> weights = checkpoint.load(manager);
            stoppedThere
                    .getBlock()
                    .getParameters()
                    .forEach(
                            entry ->
                                    assertThat(weights.get(entry.getKey()).toFloatArray())
                                            .containsExactly(
                                                    entry.getValue().getArray().toFloatArray()));
            assertThat(checkpoint.seed()).isEqualTo(OptionalLong.of(42));
            assertThat(checkpoint.trainable()).containsExactlyInAnyOrder("weight", "bias");
            assertThat(Checkpoint.list(directory)).containsExactly(checkpoint);
        }
    }

    private static Block normalised() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(2).build())
                .add(BatchNorm.builder().build());
    }

    /** By hand, so that the checkpoint is saved before the next forward pass. */
    private static void stepsByHand(int steps, CheckpointListener listener) throws Exception {
        Engine.getInstance().setRandomSeed(1);
        try (Model model = Model.newInstance("model")) {
            model.setBlock(normalised());
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(Loss.l2Loss())
                            .optOptimizer(
                                    Optimizer.sgd()
                                            .setLearningRateTracker(Tracker.fixed(.1f))
                                            .build())
                            .addTrainingListeners(listener);
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, 2));
                int step = 0;
                while (step < steps) {
                    for (Batch batch : trainer.iterateDataset(dataset(trainer.getManager()))) {
                        if (step < steps) {
                            EasyTrain.trainBatch(trainer, batch);
                            trainer.step();
                            step++;
                        }
                        batch.close();
                    }
                }
                listener.saveNow(trainer);
            }
        }
    }

    @Test
    void checkpointHoldsTheRunningStatisticsAfterItsSteps() throws Exception {
        CheckpointListener inFit = listener(CheckpointSchedule.atSteps(6)).build();
        train(normalised(), 2, Tracker.fixed(.1f), inFit).close();
        CheckpointListener byHand =
                listener(CheckpointSchedule.atSteps(99))
                        .setDirectory(directory.resolve("by-hand"))
                        .build();
        stepsByHand(6, byHand);
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> expected = byHand.checkpoints().get(0).load(manager);
            Map<String, NDArray> weights = inFit.checkpoints().get(0).load(manager);
            assertThat(weights.keySet())
                    .isEqualTo(expected.keySet())
                    .anyMatch(one -> one.contains("running"));
            expected.forEach(
                    (path, array) ->
                            assertThat(weights.get(path).toFloatArray())
                                    .as(path)
                                    .containsExactly(array.toFloatArray()));
        }
    }

    @Test
    void recordsTheLearningRateInForce() throws Exception {
        Tracker falling = Tracker.factor().setBaseValue(1).setFactor(.5f).build();
        RecordingTracker rate = RecordingTracker.of(falling);
        CheckpointListener listener =
                listener(CheckpointSchedule.atSteps(0, 1, 3)).setLearningRate(rate).build();
        train(1, rate, listener).close();
        List<Double> rates = listener.checkpoints().stream().map(Checkpoint::learningRate).toList();
        assertThat(rates.get(0)).isCloseTo(falling.getNewValue(1), Offset.offset(1e-9));
        assertThat(rates.get(1)).isCloseTo(falling.getNewValue(1), Offset.offset(1e-9));
        assertThat(rates.get(2)).isCloseTo(falling.getNewValue(3), Offset.offset(1e-9));
    }

    @Test
    void takesTheLearningRateAsAFunctionOfTheStep() throws Exception {
        CheckpointListener listener =
                listener(CheckpointSchedule.everySteps(2))
                        .setLearningRate(step -> 1. / step)
                        .build();
        train(1, Tracker.fixed(.1f), listener).close();
        assertThat(listener.checkpoints())
                .extracting(Checkpoint::learningRate)
                .containsExactly(.5, .25);
    }

    @Test
    void keepsOnlyTheNewest() throws Exception {
        CheckpointListener listener =
                listener(CheckpointSchedule.everySteps(1)).optRetention(3).build();
        train(3, Tracker.fixed(.1f), listener).close();
        assertThat(savedSteps()).containsExactly(10L, 11L, 12L);
        assertThat(listener.checkpoints()).hasSize(3);
    }

    @Test
    void refusesAFolderOfAnotherTraining() throws Exception {
        train(1, Tracker.fixed(.1f), listener(CheckpointSchedule.everyEpochs(1)).build()).close();
        assertThatThrownBy(
                        () ->
                                train(
                                        1,
                                        Tracker.fixed(.1f),
                                        listener(CheckpointSchedule.everyEpochs(1)).build()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("already holds 1 checkpoints")
                .hasMessageContaining("optAppend(true)");
        assertThat(savedSteps()).containsExactly(4L);
    }

    /** Trains a model that has been trained before. */
    private static void goOn(Model model, int epochs, TrainingListener listener) throws Exception {
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.l2Loss())
                        .optOptimizer(
                                Optimizer.sgd().setLearningRateTracker(Tracker.fixed(.1f)).build())
                        .addTrainingListeners(listener);
        try (Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(new Shape(1, 2));
            EasyTrain.fit(trainer, epochs, dataset(trainer.getManager()), null);
        }
    }

    @Test
    void appendsToATrainingThatGoesOn() throws Exception {
        CheckpointListener more =
                listener(CheckpointSchedule.everyEpochs(2)).optAppend(true).build();
        try (Model model =
                train(2, Tracker.fixed(.1f), listener(CheckpointSchedule.everyEpochs(2)).build())) {
            goOn(model, 2, more);
        }
        assertThat(savedSteps()).containsExactly(8L, 16L);
        assertThat(more.checkpoints()).extracting(Checkpoint::epoch).containsExactly(2, 4);
    }

    @Test
    void refusesToAppendToWeightsThatAreNotThoseOfTheNewestCheckpoint() throws Exception {
        train(4, Tracker.fixed(.1f), listener(CheckpointSchedule.everyEpochs(2)).build()).close();
        try (Model ofEpochTwo = train(2, Tracker.fixed(.1f))) {
            assertThatThrownBy(
                            () ->
                                    goOn(
                                            ofEpochTwo,
                                            2,
                                            listener(CheckpointSchedule.everyEpochs(2))
                                                    .optAppend(true)
                                                    .build()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the checkpoint of step 16")
                    .hasMessageContaining("those of step 8, epoch 2")
                    .hasMessageContaining("optResumeAt");
        }
        try (Model ofNoCheckpoint = train(1, Tracker.fixed(.1f))) {
            assertThatThrownBy(
                            () ->
                                    goOn(
                                            ofNoCheckpoint,
                                            2,
                                            listener(CheckpointSchedule.everyEpochs(2))
                                                    .optAppend(true)
                                                    .build()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("not those (parameter");
        }
        assertThat(savedSteps()).containsExactly(8L, 16L);
    }

    @Test
    void stretchThatIsMadeAgainDoesNotCountTwice() throws Exception {
        train(4, Tracker.fixed(.1f), listener(CheckpointSchedule.everyEpochs(1)).build()).close();
        CheckpointListener more =
                listener(CheckpointSchedule.everyEpochs(3)).optResumeAt(8, 2).build();
        try (Model ofEpochTwo = train(2, Tracker.fixed(.1f))) {
            goOn(ofEpochTwo, 4, more);
        }
        assertThat(savedSteps()).containsExactly(4L, 8L, 12L, 24L);
        assertThat(more.checkpoints()).extracting(Checkpoint::epoch).containsExactly(1, 2, 3, 6);
    }

    @Test
    void resumesBetweenTwoCheckpoints() throws Exception {
        train(4, Tracker.fixed(.1f), listener(CheckpointSchedule.everyEpochs(2)).build()).close();
        try (Model ofEpochThree = train(3, Tracker.fixed(.1f))) {
            goOn(
                    ofEpochThree,
                    3,
                    listener(CheckpointSchedule.everyEpochs(2)).optResumeAt(12, 3).build());
        }
        assertThat(savedSteps()).containsExactly(8L, 16L, 24L);
    }

    @Test
    void refusesToResumeAtACheckpointOfOtherWeights() throws Exception {
        train(2, Tracker.fixed(.1f), listener(CheckpointSchedule.everyEpochs(1)).build()).close();
        try (Model ofEpochTwo = train(2, Tracker.fixed(.1f))) {
            assertThatThrownBy(
                            () ->
                                    goOn(
                                            ofEpochTwo,
                                            1,
                                            listener(CheckpointSchedule.everyEpochs(1))
                                                    .optResumeAt(4, 1)
                                                    .build()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the checkpoint of step 4")
                    .hasMessageContaining("those of step 8, epoch 2");
        }
        assertThat(savedSteps()).containsExactly(4L, 8L);
    }

    @Test
    void refusesToAppendToAnotherModel() throws Exception {
        train(1, Tracker.fixed(.1f), listener(CheckpointSchedule.everyEpochs(1)).build()).close();
        CheckpointListener other =
                listener(CheckpointSchedule.everyEpochs(1)).optAppend(true).build();
        assertThatThrownBy(() -> trainOtherModel(other))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another model");
    }

    @Test
    void countsAccumulatedBatchesAsOneStep() throws Exception {
        CheckpointListener listener =
                listener(CheckpointSchedule.everySteps(2)).optBatchesPerStep(2).build();
        try (Model model = Model.newInstance("accumulating")) {
            model.setBlock(Linear.builder().setUnits(2).build());
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(Loss.l2Loss()).addTrainingListeners(listener);
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, 2));
                int batches = 0;
                for (int epoch = 0; epoch < 3; epoch++) {
                    for (Batch batch : trainer.iterateDataset(dataset(trainer.getManager()))) {
                        EasyTrain.trainBatch(trainer, batch);
                        if (++batches % 2 == 0) {
                            trainer.step();
                        }
                        batch.close();
                    }
                }
                assertThat(savedSteps()).containsExactly(2L, 4L);
                listener.saveNow(trainer);
                listener.saveNow(trainer);
                assertThat(savedSteps()).containsExactly(2L, 4L, 6L);
            }
        }
    }

    @Test
    void unwritableFolderGivesAClearErrorAndKeepsWhatWasSaved() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "not a folder");
        CheckpointListener listener =
                CheckpointListener.builder()
                        .setDirectory(file.resolve("checkpoints"))
                        .setSchedule(CheckpointSchedule.everySteps(1))
                        .setLearningRate(.1)
                        .build();
        assertThatThrownBy(() -> train(1, Tracker.fixed(.1f), listener))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("can't be used");
    }

    @Test
    void folderThatVanishesGivesAClearError() throws Exception {
        CheckpointListener listener = listener(CheckpointSchedule.everySteps(2)).build();
        TrainingListener vandal =
                new TrainingListenerAdapter() {
                    @Override
                    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
                        if (!listener.checkpoints().isEmpty() && Files.exists(directory)) {
                            deleteAll(directory);
                        }
                    }
                };
        assertThatThrownBy(() -> train(2, Tracker.fixed(.1f), listener, vandal))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("checkpoint of step 4 can't be saved");
    }

    @Test
    void oldCheckpointThatCantBeDeletedDoesNotEndTheTraining() throws Exception {
        CheckpointListener listener =
                listener(CheckpointSchedule.everySteps(1)).optRetention(1).build();
        TrainingListener vandal =
                new TrainingListenerAdapter() {
                    @Override
                    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
                        if (listener.checkpoints().size() == 1) {
                            makeUndeletable(listener.checkpoints().get(0).file());
                        }
                    }
                };
        train(1, Tracker.fixed(.1f), listener, vandal).close();
        assertThat(listener.checkpoints()).extracting(Checkpoint::step).containsExactly(4L);
    }

    private static void makeUndeletable(Path file) {
        try {
            Files.delete(file);
            Files.createDirectory(file);
            Files.writeString(file.resolve("inside"), "a folder with a file in it");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteAll(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void missingSettingIsNamed() {
        assertThatThrownBy(() -> CheckpointListener.builder().setDirectory(directory).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("setSchedule");
    }

    @Test
    void badSettingsAreRefusedWithTheirValue() {
        assertThatThrownBy(() -> CheckpointSchedule.everySteps(0)).hasMessageContaining("got 0");
        assertThatThrownBy(() -> CheckpointSchedule.everyEpochs(-1)).hasMessageContaining("got -1");
        assertThatThrownBy(() -> CheckpointSchedule.atSteps()).hasMessageContaining("got none");
        assertThatThrownBy(() -> CheckpointSchedule.atSteps(3, -2)).hasMessageContaining("got -2");
        assertThatThrownBy(() -> CheckpointSchedule.atLossDrop(1)).hasMessageContaining("got 1.0");
        assertThatThrownBy(() -> CheckpointListener.builder().optRetention(0))
                .hasMessageContaining("got 0");
        assertThatThrownBy(() -> CheckpointListener.builder().optResumeAt(-1, 0))
                .hasMessageContaining("got step -1");
        assertThatThrownBy(() -> CheckpointListener.builder().setLearningRate(-1))
                .hasMessageContaining("got -1.0");
    }
}
