package io.github.gradkit.learninit.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.PerturbationStart;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.advtrain.attack.StartRequest;
import io.github.gradkit.advtrain.train.AdversarialDataset;
import io.github.gradkit.learninit.ArrayCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A learned start in adversarial training changes what is trained on, and nothing else. */
class LearnedStartTrainingTest {

    private static final int EXAMPLES = 22;

    private static Pgd attack(PerturbationStart start) {
        return Pgd.builder().setBall(Attacked.BALL).optSteps(2).optStart(start).build();
    }

    /** Does something with each batch before it is trained on. */
    private record Watched(Dataset dataset, Consumer<Batch> watcher) implements Dataset {

        @Override
        public Iterable<Batch> getData(NDManager manager) throws IOException, TranslateException {
            Iterator<Batch> batches = dataset.getData(manager).iterator();
            return () ->
                    new Iterator<>() {
                        @Override
                        public boolean hasNext() {
                            return batches.hasNext();
                        }

                        @Override
                        public Batch next() {
                            Batch batch = batches.next();
                            watcher.accept(batch);
                            return batch;
                        }
                    };
        }

        @Override
        public void prepare(Progress progress) {}
    }

    private static Map<String, String> train(Attacked attacked, Dataset data, Consumer<Batch> each)
            throws Exception {
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optOptimizer(
                                Optimizer.adam()
                                        .optLearningRateTracker(Tracker.fixed(0.01f))
                                        .build());
        Engine.getInstance().setRandomSeed(7);
        try (Trainer trainer = attacked.model.newTrainer(config)) {
            trainer.initialize(new Shape(1, Attacked.FEATURES));
            EasyTrain.fit(trainer, 3, new Watched(data, each), null);
        }
        Map<String, String> state = Attacked.state(attacked.model.getBlock());
        try (NDArray next = attacked.manager.randomUniform(0, 1, new Shape(4))) {
            state.put("random", Arrays.toString(next.toFloatArray()));
        }
        return state;
    }

    private static ArrayDataset data(Attacked attacked) {
        int[] labels = Attacked.labels(EXAMPLES, 3);
        return new ArrayDataset.Builder()
                .setData(attacked.inputs(EXAMPLES, 3))
                .optLabels(attacked.manager.create(labels))
                .setSampling(8, true)
                .build();
    }

    private static Map<String, String> attackedTraining(
            PerturbationStart start, List<float[]> record) throws Exception {
        try (Attacked attacked = Attacked.network()) {
            Attack attack = attack(start);
            Dataset data =
                    AdversarialDataset.builder()
                            .setDataset(data(attacked))
                            .setModel(attacked.model)
                            .setAttack(attack)
                            .build();
            return train(
                    attacked, data, batch -> record.add(batch.getData().head().toFloatArray()));
        }
    }

    @Test
    void trainingIsThatOnTheSamePerturbedInputs() throws Exception {
        List<float[]> seen = new ArrayList<>();
        Map<String, String> learned;
        try (LearnedStart start = Attacked.start().optRefitEvery(2).optReplay(12).build()) {
            learned = attackedTraining(start, seen);
        }
        assertThat(seen).hasSize(9);

        Map<String, String> replayed;
        try (Attacked attacked = Attacked.network()) {
            Iterator<float[]> inputs = seen.iterator();
            replayed =
                    train(
                            attacked,
                            data(attacked),
                            batch -> batch.getData().head().set(inputs.next()));
        }
        assertThat(learned).isEqualTo(replayed);
    }

    @Test
    void refittingChangesStartsAndRecallsThemFromTheSeed() throws Exception {
        List<float[]> still = new ArrayList<>();
        List<float[]> refitted = new ArrayList<>();
        List<float[]> again = new ArrayList<>();
        try (LearnedStart start = Attacked.start().build()) {
            attackedTraining(start, still);
        }
        for (List<float[]> record : List.of(refitted, again)) {
            try (LearnedStart start = Attacked.start().optRefitEvery(2).optRate(0.05).build()) {
                attackedTraining(start, record);
            }
        }
        assertThat(refitted.get(1)).isEqualTo(still.get(1));
        assertThat(refitted.get(2)).isNotEqualTo(still.get(2));
        for (int i = 0; i < refitted.size(); i++) {
            assertThat(again.get(i)).isEqualTo(refitted.get(i));
        }
    }

    @Test
    void refittingBringsStartsNearToWhereAttacksEnd() {
        try (Attacked attacked = Attacked.network();
                LearnedStart start = Attacked.start().optRefitEvery(1).optRate(0.01).build()) {
            NDArray inputs = attacked.inputs(64, 3);
            AttackInput input = AttackInput.of(inputs, Attacked.labels(64, 3));
            double before = distance(attacked, start, inputs);
            Pgd attack =
                    Pgd.builder()
                            .setBall(Attacked.BALL)
                            .optSteps(5)
                            .optStart(new Zero(start))
                            .build();
            for (int i = 0; i < 150; i++) {
                attack.adversarial(attacked.scorer, input).close();
            }
            assertThat(distance(attacked, start, inputs)).isLessThan(before / 3);
        }
    }

    /** Starts at the inputs, so that the ends stay the same, but lets the other start learn. */
    private record Zero(PerturbationStart learner) implements PerturbationStart {

        @Override
        public NDArray start(StartRequest request) {
            return request.inputs().zerosLike();
        }

        @Override
        public void finished(StartRequest request, NDArray change) {
            learner.finished(request, change);
        }
    }

    private static double distance(Attacked attacked, LearnedStart start, NDArray inputs) {
        int[] labels = Attacked.labels(64, 3);
        Pgd attack =
                Pgd.builder()
                        .setBall(Attacked.BALL)
                        .optSteps(5)
                        .optStart(PerturbationStart.zero())
                        .build();
        float[] end =
                attack.adversarial(attacked.scorer, AttackInput.of(inputs, labels))
                        .sub(inputs)
                        .toFloatArray();
        float[] proposed = attacked.proposal(start, inputs, labels);
        double sum = 0;
        for (int i = 0; i < end.length; i++) {
            sum += (end[i] - proposed[i]) * (end[i] - proposed[i]);
        }
        return sum;
    }

    @Test
    void nothingIsLeftBehind() {
        try (Attacked attacked = Attacked.network();
                LearnedStart start = Attacked.start().optRefitEvery(1).optReplay(20).build()) {
            NDArray inputs = attacked.inputs(8, 3);
            int[] labels = Attacked.labels(8, 3);
            AttackInput input = AttackInput.of(inputs, labels);
            Pgd attack = attack(start);
            NDArray changes = inputs.mul(0.2f);
            Runnable all =
                    () -> {
                        attack.adversarial(attacked.scorer, input).close();
                        attack.perturb(attacked.scorer, input).close();
                        start.fit(attacked.scorer, inputs, labels, 1);
                        start.fit(attacked.scorer, attack, inputs, labels, 1);
                        start.fit(inputs, labels, changes, 1);
                    };
            for (int i = 0; i < 3; i++) {
                all.run();
            }
            int before = attacked.arrays() + ArrayCounts.of(start.model().getNDManager());
            for (int i = 0; i < 100; i++) {
                all.run();
            }
            assertThat(attacked.arrays() + ArrayCounts.of(start.model().getNDManager()))
                    .isEqualTo(before);
        }
    }

    @Test
    void whatTheOptimizerRemembersIsFreed(@TempDir Path folder) throws Exception {
        Shape example = new Shape(Attacked.FEATURES);
        Block block = Attacked.start().network(example);
        try (Attacked attacked = Attacked.network();
                StartNet net = new StartNet(block, example, 3, Attacked.BALL, 1)) {
            NDArray inputs = attacked.inputs(8, 3);
            int[] labels = Attacked.labels(8, 3);
            StartTraining training = new StartTraining(net, 0.01, 1);
            training.imitate(inputs, labels, inputs.mul(0.2f), 1);
            List<NDArray> first = training.remembered();
            assertThat(first).isNotEmpty();
            // Weights that were loaded are other arrays.
            net.model().save(folder, "net");
            net.model().load(folder, "net");
            training.imitate(inputs, labels, inputs.mul(0.2f), 1);
            assertThat(first).allSatisfy(LearnedStartTrainingTest::assertFreed);
            List<NDArray> second = training.remembered();
            assertThat(second).hasSameSizeAs(first);
            training.close();
            assertThat(second).allSatisfy(LearnedStartTrainingTest::assertFreed);
        }
    }

    private static void assertFreed(NDArray array) {
        assertThatThrownBy(array::toFloatArray).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theRandomNumbersOfTheEngineAreLeftAlone() {
        try (Attacked attacked = Attacked.network()) {
            NDArray inputs = attacked.inputs(8, 3);
            int[] labels = Attacked.labels(8, 3);
            Engine.getInstance().setRandomSeed(3);
            float[] expected = attacked.manager.randomUniform(0, 1, new Shape(4)).toFloatArray();

            Engine.getInstance().setRandomSeed(3);
            try (LearnedStart start = Attacked.start().optRefitEvery(1).build()) {
                Pgd attack = attack(start);
                start.fit(attacked.scorer, inputs, labels, 1);
                start.fit(attacked.scorer, attack, inputs, labels, 1);
                attack.adversarial(attacked.scorer, AttackInput.of(inputs, labels)).close();
            }
            assertThat(attacked.manager.randomUniform(0, 1, new Shape(4)).toFloatArray())
                    .isEqualTo(expected);
        }
    }

    @Test
    void fittingLeavesTheModelAsItIs() {
        try (Attacked attacked = Attacked.network();
                LearnedStart start = Attacked.start().build()) {
            Map<String, String> before = Attacked.state(attacked.model.getBlock());
            NDArray inputs = attacked.inputs(8, 3);
            float[] values = inputs.toFloatArray();
            start.fit(attacked.scorer, inputs, Attacked.labels(8, 3), 2);
            start.fit(attacked.scorer, attack(start), inputs, Attacked.labels(8, 3), 2);
            assertThat(Attacked.state(attacked.model.getBlock())).isEqualTo(before);
            assertThat(inputs.toFloatArray()).isEqualTo(values);
        }
    }

    @Test
    void theBufferKeepsTheLatestAttacks() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Replay replay = new Replay(3, 1);
            for (int i = 0; i < 8; i++) {
                NDArray row = manager.create(new float[] {i, 10 * i}, new Shape(1, 2));
                replay.add(row, new int[] {i}, row, 2);
            }
            assertThat(replay.size()).isEqualTo(3);
            for (int draw = 0; draw < 20; draw++) {
                Replay.Drawn drawn = replay.draw(manager, new Shape(2));
                float[] inputs = drawn.inputs().toFloatArray();
                float[] changes = drawn.changes().toFloatArray();
                assertThat(drawn.labels()).hasSize(3).containsAnyOf(5, 6, 7);
                for (int i = 0; i < 3; i++) {
                    int label = drawn.labels()[i];
                    assertThat(label).isBetween(5, 7);
                    assertThat(inputs[2 * i + 1]).isEqualTo(10f * label);
                    assertThat(changes[2 * i + 1]).isEqualTo(20f * label);
                }
            }
        }
    }
}
