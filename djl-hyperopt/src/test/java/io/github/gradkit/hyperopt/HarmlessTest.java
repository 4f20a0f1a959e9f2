package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.EasyTrain;
import ai.djl.training.dataset.Batch;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Watching changes nothing, and nothing is left behind. */
class HarmlessTest {

    private static HyperTower.Builder builder(RuleKind kind) {
        return ResumeTest.builder(kind, 2);
    }

    private static List<float[]> train(Block block, Optimizer optimizer, TrainingListener... some)
            throws Exception {
        try (Training training = Training.of(block, optimizer, some)) {
            return training.epochs(0, 6).weights();
        }
    }

    @ParameterizedTest
    @EnumSource
    void listenersChangeNoBit(RuleKind kind) throws Exception {
        HyperTower plain = builder(kind).build();
        HyperTower watched = builder(kind).build();
        List<float[]> expected = train(Training.withDropout(), plain);
        List<float[]> weights = train(Training.withDropout(), watched, TowerListener.of(watched));

        Training.assertSameBits(weights, expected);
        assertThat(watched.learned()).isEqualTo(plain.learned());
        Training.assertFinite(expected);
    }

    @Test
    void listenersChangeNoBitOfLargeWeights() throws Exception {
        for (RuleKind kind : List.of(RuleKind.SGD, RuleKind.ADAM)) {
            HyperTower plain = builder(kind).build();
            HyperTower watched = builder(kind).build();
            List<float[]> expected = train(Training.wide(), plain);
            // Of Adam, cosines are computed another way, with other roundings.
            TowerListener listener =
                    TowerListener.builder()
                            .setTower(watched)
                            .optCosines(kind == RuleKind.SGD)
                            .build();

            Training.assertSameBits(train(Training.wide(), watched, listener), expected);
            assertThat(watched.learned()).isEqualTo(plain.learned());
        }
    }

    @Test
    void plainTowersTrainAsDjlDoes() throws Exception {
        List<float[]> expected =
                train(
                        Training.withDropout(),
                        Optimizer.adam().optLearningRateTracker(Tracker.fixed(.01f)).build());
        HyperTower tower = HyperTower.builder().setBase(UpdateRule.adam(.01)).build();
        HyperTower watched = HyperTower.builder().setBase(UpdateRule.adam(.01)).build();

        Training.assertSameBits(train(Training.withDropout(), tower), expected);
        Training.assertSameBits(
                train(Training.withDropout(), watched, TowerListener.of(watched)), expected);
    }

    /** A tower whose hyperparameters can't move is the optimizer that it is built on. */
    @Test
    void towersThatDoNotMoveTrainAsDjlDoes() throws Exception {
        List<float[]> expected =
                train(
                        Training.wide(),
                        Optimizer.sgd()
                                .setLearningRateTracker(Tracker.fixed(.1f))
                                .optMomentum(.9f)
                                .build());
        HyperTower tower =
                HyperTower.builder()
                        .setBase(UpdateRule.momentum(.1, .9))
                        .tunedBy(UpdateRule.sgd(0))
                        .build();

        Training.assertSameBits(train(Training.wide(), tower), expected);
    }

    static List<HyperTower.Builder> towers() {
        return List.of(
                builder(RuleKind.SGD),
                builder(RuleKind.ADAM),
                builder(RuleKind.RMSPROP).optPerParameter(true),
                builder(RuleKind.ADAM)
                        .optSafeguards(
                                Safeguards.builder().optSkipNonFinite(true).optCosine(true).build())
                        .optRescaleGrad(.5f)
                        .optClipGrad(.1f),
                builder(RuleKind.NESTEROV)
                        .optSafeguards(Safeguards.builder().optRevertOnLossSpike(3, 10).build()),
                HyperTower.builder().setBase(UpdateRule.adam(.01)));
    }

    private static int arrays(Training training) {
        return training.model.getNDManager().getManagedArrays().size()
                + training.trainer.getManager().getManagedArrays().size();
    }

    /** What DJL keeps, with an optimizer that keeps nothing. */
    private static int arraysWithout() throws Exception {
        Optimizer sgd = Optimizer.sgd().setLearningRateTracker(Tracker.fixed(.1f)).build();
        try (Training training = Training.of(Training.network(), sgd)) {
            training.batches(1, 20);
            return arrays(training);
        }
    }

    @ParameterizedTest
    @MethodSource("towers")
    void nothingIsLeftBehind(HyperTower.Builder one) throws Exception {
        HyperTower tower = one.build();
        TowerListener listener = TowerListener.builder().setTower(tower).optCosines(true).build();
        int without = arraysWithout();
        try (Training training = Training.of(Training.network(), tower, listener)) {
            training.batches(1, 20);
            int steady = arrays(training);
            training.batches(1, 1200);
            assertThat(tower.steps()).isGreaterThan(1000);
            assertThat(arrays(training)).isEqualTo(steady).isGreaterThan(without);
            tower.close();
            tower.close();
            assertThat(arrays(training)).isEqualTo(without);
        }
    }

    /** As programs do that free by scope what a step leaves. */
    @ParameterizedTest
    @MethodSource("towers")
    void scopesAroundStepsFreeNothingOfTheTower(HyperTower.Builder one) throws Exception {
        HyperTower plain = one.build();
        HyperTower scoped = one.build();
        try (Training training = Training.of(Training.network(), scoped, TowerListener.of(scoped));
                Training other = Training.of(Training.network(), plain, TowerListener.of(plain))) {
            other.batches(1, 12);
            for (int from = 1; from <= 12; from += 3) {
                try (NDScope scope = new NDScope()) {
                    training.batches(from, from + 2);
                    scope.suppressNotUsedWarning();
                }
            }
            Training.assertSameBits(training.weights(), other.weights());
            assertThat(scoped.learned()).isEqualTo(plain.learned());
        }
    }

    @Test
    void frozenParametersAreLeftAlone() throws Exception {
        HyperTower tower = builder(RuleKind.ADAM).build();
        try (Training training = Training.of(Training.network(), tower, TowerListener.of(tower))) {
            Parameter frozen = training.block().getParameters().valueAt(0);
            frozen.freeze(true);
            float[] before = frozen.getArray().toFloatArray();
            float[] other = training.weight(1).toFloatArray();
            training.batches(1, 9);
            assertThat(frozen.getArray().toFloatArray()).containsExactly(before);
            assertThat(frozen.requiresGradient()).isFalse();
            assertThat(training.weight(1).toFloatArray()).isNotEqualTo(other);
            assertThat(tower.steps()).isEqualTo(9);
            for (Parameter parameter : training.block().getParameters().values()) {
                assertThat(parameter.getArray().hasGradient())
                        .isEqualTo(parameter.requiresGradient());
            }
        }
    }

    /** In a new thread libtorch records what is done to weights. */
    @ParameterizedTest
    @EnumSource(names = {"SGD", "ADAM", "NESTEROV"})
    void anyThreadMayStep(RuleKind kind) throws Exception {
        HyperTower here = builder(kind).build();
        HyperTower there = builder(kind).build();
        try (Training training = Training.of(Training.wide(), there);
                Training other = Training.of(Training.wide(), here)) {
            other.batches(1, 6);
            for (int step = 1; step <= 6; step++) {
                int number = step;
                inNewThread(() -> training.batches(number, number));
            }
            Training.assertSameBits(training.weights(), other.weights());
            assertThat(there.learned()).isEqualTo(here.learned());
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void inNewThread(Work work) throws Exception {
        Throwable[] failure = new Throwable[1];
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                work.run();
                            } catch (Throwable e) {
                                failure[0] = e;
                            }
                        });
        thread.start();
        thread.join();
        assertThat(failure[0]).isNull();
    }

    /** Gradients computed here, applied in a thread that has done nothing else. */
    @Test
    void updatesMayComeFromANewThread() throws Exception {
        HyperTower here = builder(RuleKind.ADAM).build();
        HyperTower there = builder(RuleKind.ADAM).build();
        try (Training training = Training.of(Training.network(), there);
                Training other = Training.of(Training.network(), here)) {
            other.batches(1, 3);
            try (NDManager data = training.trainer.getManager().newSubManager()) {
                for (Batch batch : training.trainer.iterateDataset(Training.dataset(data, 0))) {
                    EasyTrain.trainBatch(training.trainer, batch);
                    inNewThread(training.trainer::step);
                    batch.close();
                }
            }
            Training.assertSameBits(training.weights(), other.weights());
        }
    }

    /** One array more than the rule itself needs, two of the small ones. */
    @ParameterizedTest
    @EnumSource(names = {"SGD", "ADAM"})
    void memoryIsBounded(RuleKind kind) throws Exception {
        HyperTower tower = builder(kind).build();
        HyperTower plain = HyperTower.builder().setBase(TowerCase.rule(kind)).build();
        try (Training training = Training.of(Training.wide(), tower);
                Training other = Training.of(Training.wide(), plain)) {
            training.batches(1, 9);
            other.batches(1, 9);
            long all = 0;
            long small = 0;
            for (Parameter parameter : training.block().getParameters().values()) {
                long bytes = parameter.getArray().size() * Float.BYTES;
                all += bytes;
                small += parameter.getArray().size() < Measurements.SMALL ? bytes : 0;
            }
            assertThat(plain.keptBytes()).isEqualTo(all * HostRule.memorySize(kind));
            assertThat(tower.keptBytes())
                    .isGreaterThan(plain.keptBytes())
                    .isLessThanOrEqualTo(plain.keptBytes() + all + small);
            tower.close();
            assertThat(tower.keptBytes()).isZero();
        }
    }
}
