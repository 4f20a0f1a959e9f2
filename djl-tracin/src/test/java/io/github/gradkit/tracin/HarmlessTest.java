package io.github.gradkit.tracin;

import static io.github.gradkit.tracin.Workbench.CROSS_ENTROPY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
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
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugging TracIn in changes nothing else. */
class HarmlessTest {

    @TempDir Path directory;

    private static Block network() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(8).build())
                .add(BatchNorm.builder().build())
                .add(Activation.reluBlock())
                .add(Dropout.builder().optRate(.2f).build())
                .add(Linear.builder().setUnits(3).build());
    }

    /** Trains with dropout, batch norm and a shuffled, ragged data set; returns all weights. */
    private static List<float[]> train(TrainingListener... listeners) throws Exception {
        Engine.getInstance().setRandomSeed(5);
        try (Model model = Model.newInstance("harmless")) {
            model.setBlock(network());
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                            .optOptimizer(
                                    Optimizer.sgd()
                                            .setLearningRateTracker(Tracker.fixed(.1f))
                                            .optMomentum(.9f)
                                            .build())
                            .addTrainingListeners(listeners);
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, 4));
                EasyTrain.fit(trainer, 3, dataset(trainer.getManager()), null);
            }
            List<float[]> weights = new ArrayList<>();
            model.getBlock()
                    .getParameters()
                    .values()
                    .forEach(p -> weights.add(p.getArray().toFloatArray()));
            return weights;
        }
    }

    private static ArrayDataset dataset(NDManager manager) {
        Random random = new Random(3);
        float[] data = new float[22 * 4];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) random.nextGaussian();
        }
        return new ArrayDataset.Builder()
                .setData(manager.create(data, new Shape(22, 4)))
                .optLabels(manager.create(random.ints(22, 0, 3).toArray()))
                .setSampling(5, true)
                .build();
    }

    private CheckpointListener listener(CheckpointSchedule schedule, String folder) {
        return CheckpointListener.builder()
                .setDirectory(directory.resolve(folder))
                .setSchedule(schedule)
                .setLearningRate(.1)
                .build();
    }

    @Test
    void trainingWithTheListenerIsBitIdentical() throws Exception {
        List<float[]> plain = train();
        CheckpointListener saving = listener(CheckpointSchedule.everySteps(1), "steps");
        List<float[]> listened =
                train(
                        saving,
                        listener(CheckpointSchedule.atLossDrop(1.001), "drops"),
                        listener(CheckpointSchedule.everyEpochs(100), "idle"));
        assertThat(saving.checkpoints()).hasSize(15);
        assertThat(listened).hasSameSizeAs(plain);
        for (int i = 0; i < plain.size(); i++) {
            assertThat(listened.get(i)).containsExactly(plain.get(i));
        }
    }

    private record State(List<float[]> weights, List<float[]> gradients, List<Boolean> flags) {

        static State of(Block block) {
            State state = new State(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (Parameter parameter : block.getParameters().values()) {
                NDArray array = parameter.getArray();
                state.weights.add(array.toFloatArray());
                state.flags.add(array.hasGradient());
                if (array.hasGradient()) {
                    try (NDArray gradient = array.getGradient()) {
                        state.gradients.add(gradient.toFloatArray());
                    }
                }
            }
            return state;
        }

        void assertEquals(State other) {
            assertThat(other.flags).isEqualTo(flags);
            for (int i = 0; i < weights.size(); i++) {
                assertThat(other.weights.get(i)).containsExactly(weights.get(i));
            }
            for (int i = 0; i < gradients.size(); i++) {
                assertThat(other.gradients.get(i)).containsExactly(gradients.get(i));
            }
        }
    }

    /** Leaves gradients on the weights, as between backward and step. */
    private static void leaveGradients(Workbench bench) {
        try (NDManager scope = bench.manager.newSubManager();
                GradientCollector collector = scope.getEngine().newGradientCollector()) {
            NDList data = new NDList(bench.train.head().duplicate());
            data.attach(scope);
            NDList out = bench.block.forward(new ParameterStore(scope, false), data, false);
            collector.backward(CROSS_ENTROPY.evaluate(bench.trainLabels, out));
        }
    }

    @Test
    void analysisLeavesTheModelAsItWas() {
        try (Workbench bench = new Workbench(directory, network(), 9, 5, 3, 4)) {
            leaveGradients(bench);
            State before = State.of(bench.block);
            // a loss with a weight penalty reaches the model's own weights
            NDArray weight = bench.block.getParameters().valueAt(0).getArray();
            Objective penalised =
                    (labels, predictions) ->
                            CROSS_ENTROPY.evaluate(labels, predictions).add(weight.square().sum());
            double[][] plain = rows(bench, CROSS_ENTROPY);
            assertThat(rows(bench, penalised)).isDeepEqualTo(plain);
            before.assertEquals(State.of(bench.block));
        }
    }

    private static double[][] rows(Workbench bench, Objective loss) {
        ScoreMatrix matrix =
                bench.tracIn(loss).build().scores(bench.testExamples(), bench.trainExamples());
        double[][] rows = new double[matrix.testCount()][matrix.trainCount()];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[i].length; j++) {
                rows[i][j] = matrix.get(i, j);
            }
        }
        return rows;
    }

    @Test
    void failedAnalysisLeavesTheModelAsItWas() {
        try (Workbench bench = new Workbench(directory, network(), 9, 5, 3, 4)) {
            leaveGradients(bench);
            State before = State.of(bench.block);
            int arrays = bench.manager.getManagedArrays().size();
            int[] calls = {0};
            Objective failing =
                    (labels, predictions) -> {
                        if (++calls[0] == 20) {
                            throw new IllegalStateException("the user's loss fails");
                        }
                        return CROSS_ENTROPY.evaluate(labels, predictions);
                    };
            TracIn tracIn = bench.tracIn(failing).optBatchSize(2).build();
            assertThatThrownBy(() -> tracIn.scores(bench.testExamples(), bench.trainExamples()))
                    .hasMessage("the user's loss fails");
            before.assertEquals(State.of(bench.block));
            assertThat(bench.manager.getManagedArrays()).hasSize(arrays);
            // and the next analysis works
            assertThat(rows(bench, CROSS_ENTROPY)).hasDimensions(5, 9);
        }
    }

    @Test
    void noArrayLeaksOverHundredsOfAnalyses() {
        try (Workbench bench = new Workbench(directory, network(), 4, 3, 3, 4)) {
            TracIn tracIn = bench.tracIn(CROSS_ENTROPY).optBatchSize(2).build();
            tracIn.top(bench.testExamples(), bench.trainExamples(), 2);
            int arrays = bench.manager.getManagedArrays().size();
            for (int i = 0; i < 100; i++) {
                tracIn.top(bench.testExamples(), bench.trainExamples(), 2);
                tracIn.selfInfluence(bench.trainExamples());
                tracIn.aggregate(bench.testExamples(), bench.trainExamples());
            }
            assertThat(bench.manager.getManagedArrays()).hasSize(arrays);
        }
    }

    @Test
    void fallbackLeaksNothingEither() {
        Parameter factor =
                Parameter.builder()
                        .setName("factor")
                        .setType(Parameter.Type.GAMMA)
                        .optShape(new Shape(4))
                        .build();
        // DJL attaches the result to the manager of the weights
        HiddenBlock scale =
                new HiddenBlock(
                        (store, x) -> store.getValue(factor, x.getDevice(), false).mul(x), factor);
        Block block = new SequentialBlock().add(scale).add(Linear.builder().setUnits(3).build());
        try (Workbench bench = new Workbench(directory, block, 4, 3, 3, 4)) {
            TracIn tracIn = bench.tracIn(CROSS_ENTROPY).build();
            bench.assertAgreesWithSlowTwin(bench.tracIn(CROSS_ENTROPY), CROSS_ENTROPY);
            State before = State.of(bench.block);
            int arrays = bench.manager.getManagedArrays().size();
            for (int i = 0; i < 50; i++) {
                tracIn.selfInfluence(bench.trainExamples());
            }
            assertThat(bench.manager.getManagedArrays()).hasSize(arrays);
            before.assertEquals(State.of(bench.block));
        }
    }

    @Test
    void listenerLeaksNothingOverHundredsOfSteps() throws Exception {
        int[] counts = new int[2];
        TrainingListener counter =
                new TrainingListenerAdapter() {
                    private int batches;

                    @Override
                    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
                        if (++batches == 100) {
                            counts[0] = trainer.getModel().getNDManager().getManagedArrays().size();
                        } else if (batches == 500) {
                            counts[1] = trainer.getModel().getNDManager().getManagedArrays().size();
                        }
                    }
                };
        try (Model model = Model.newInstance("leak")) {
            model.setBlock(Linear.builder().setUnits(3).build());
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                            .addTrainingListeners(
                                    CheckpointListener.builder()
                                            .setDirectory(directory.resolve("leak"))
                                            .setSchedule(CheckpointSchedule.everySteps(20))
                                            .setLearningRate(.1)
                                            .optRetention(2)
                                            .build(),
                                    listener(CheckpointSchedule.atLossDrop(1.01), "leak2"),
                                    counter);
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, 4));
                EasyTrain.fit(trainer, 101, dataset(trainer.getManager()), null);
            }
        }
        assertThat(counts[0]).isPositive();
        assertThat(counts[1]).isEqualTo(counts[0]);
    }
}
