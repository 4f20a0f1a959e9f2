package io.github.gradkit.advtrain.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.BlockScorer;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Fgsm;
import io.github.gradkit.advtrain.attack.Norm;
import io.github.gradkit.advtrain.attack.PerturbationStart;
import io.github.gradkit.advtrain.attack.Pgd;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Training on an attacked data set is attacking each batch and then taking a plain step. */
class AdversarialDatasetTest {

    private static final EpsilonBall BALL = EpsilonBall.linf(0.2).within(0, 1);

    private static Attack pgd(EpsilonBall ball) {
        return Pgd.builder().setBall(ball).optSteps(3).optSeed(11).build();
    }

    private static AdversarialDataset attacked(Bench bench, Dataset data, Attack attack) {
        return AdversarialDataset.builder()
                .setDataset(data)
                .setModel(bench.model)
                .setAttack(attack)
                .build();
    }

    private static Map<String, String> fit(Nets net, Attack attack) throws Exception {
        try (Bench bench = Bench.of(net)) {
            return bench.fit(2, attacked(bench, bench.data(true), attack));
        }
    }

    private static Map<String, String> clean(Nets net) throws Exception {
        try (Bench bench = Bench.of(net)) {
            return bench.fit(2, bench.data(true));
        }
    }

    private static Map<String, String> byHand(Nets net, Attack attack) throws Exception {
        try (Bench bench = Bench.of(net);
                Trainer trainer = bench.trainer()) {
            Dataset data = bench.data(true);
            for (int epoch = 0; epoch < 2; epoch++) {
                for (Batch batch : trainer.iterateDataset(data)) {
                    NDArray inputs = batch.getData().head();
                    long[] indices = batch.getIndices().stream().mapToLong(i -> (Long) i).toArray();
                    try (BlockScorer scorer = BlockScorer.of(bench.model)) {
                        AttackInput input =
                                AttackInput.of(inputs, batch.getLabels().head())
                                        .withIndices(indices)
                                        .withRound(epoch);
                        batch.getData().set(0, attack.adversarial(scorer, input));
                    }
                    EasyTrain.trainBatch(trainer, batch);
                    trainer.step();
                    batch.close();
                }
            }
            return bench.state();
        }
    }

    @ParameterizedTest
    @EnumSource
    void trainingIsAttackingByHandAndThenPlainSteps(Nets net) throws Exception {
        Map<String, String> trained = fit(net, pgd(BALL));

        assertThat(trained).isEqualTo(byHand(net, pgd(BALL))).isNotEqualTo(clean(net));
    }

    @ParameterizedTest
    @EnumSource(names = {"L1", "L2"})
    void otherNormsTrainAlike(Norm norm) throws Exception {
        Attack attack = pgd(EpsilonBall.of(norm, 0.5).within(0, 1));

        assertThat(fit(Nets.MLP, attack))
                .isEqualTo(byHand(Nets.MLP, attack))
                .isNotEqualTo(clean(Nets.MLP));
    }

    @ParameterizedTest
    @EnumSource
    void radiusZeroIsCleanTraining(Nets net) throws Exception {
        Map<String, String> clean = clean(net);

        assertThat(fit(net, pgd(BALL.withEpsilon(0)))).isEqualTo(clean);
        assertThat(fit(net, Fgsm.randomStart(BALL.withEpsilon(0), 3))).isEqualTo(clean);
        // Attacks, but comes back to where it was.
        assertThat(fit(net, pgd(BALL.withEpsilon(1e-30)))).isEqualTo(clean);
    }

    @Test
    void fastTrainingFromNoPerturbationWithStepEpsilonIsFgsm() throws Exception {
        Attack step =
                Pgd.builder()
                        .setBall(BALL)
                        .optSteps(1)
                        .optStepSize(0.2)
                        .optStart(PerturbationStart.zero())
                        .build();

        assertThat(fit(Nets.MLP, step)).isEqualTo(fit(Nets.MLP, Fgsm.of(BALL)));
        assertThat(fit(Nets.MLP, step)).isNotEqualTo(fit(Nets.MLP, Fgsm.randomStart(BALL, 0)));
    }

    @Test
    void prefetchingThreadsChangeNoBit() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try (Bench bench = Bench.of(Nets.MLP)) {
            ArrayDataset data =
                    new ArrayDataset.Builder()
                            .setData(bench.features())
                            .optLabels(bench.labels(DataType.INT64))
                            .setSampling(Bench.BATCH, true)
                            .optPrefetchNumber(2)
                            .build();
            Trainer trainer =
                    bench.ready(
                            bench.model.newTrainer(
                                    Bench.config(Loss.softmaxCrossEntropyLoss())
                                            .optExecutorService(executor)));
            try (trainer) {
                assertThat(bench.fit(2, attacked(bench, data, pgd(BALL)), trainer))
                        .isEqualTo(fit(Nets.MLP, pgd(BALL)));
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void labelsMayBeOfAnyNumberTypeWithOrWithoutAxis() throws Exception {
        List<Map<String, String>> results = new ArrayList<>();
        for (DataType type : List.of(DataType.INT64, DataType.INT32, DataType.FLOAT32)) {
            for (int[] axes : new int[][] {{}, {1}}) {
                try (Bench bench = Bench.of(Nets.MLP)) {
                    Dataset data = bench.data(bench.labels(type, axes), Bench.BATCH, true);
                    results.add(bench.fit(2, attacked(bench, data, pgd(BALL))));
                }
            }
        }
        assertThat(results).hasSize(6).containsOnly(fit(Nets.MLP, pgd(BALL)));
    }

    @Test
    void warmUpLeadsFromCleanTrainingToTheRadiusOfTheBall() throws Exception {
        List<Double> radii = new ArrayList<>();
        try (Bench bench = Bench.of(Nets.MLP)) {
            AdversarialDataset data =
                    AdversarialDataset.builder()
                            .setDataset(bench.data(true))
                            .setModel(bench.model)
                            .setAttack(
                                    BALL,
                                    ball -> {
                                        radii.add(ball.epsilon());
                                        return Pgd.builder()
                                                .setBall(ball)
                                                .optSteps(2)
                                                .optStepSize(ball.epsilon() / 2)
                                                .build();
                                    })
                            .optEpsilonTracker(
                                    Tracker.warmUp()
                                            .optWarmUpBeginValue(0)
                                            .optWarmUpSteps(4)
                                            .setMainTracker(Tracker.fixed(0.2f))
                                            .build())
                            .build();
            bench.fit(3, data);
        }
        // One to see that the function works, and then one for each change.
        assertThat(radii).containsExactly(0.2, (double) .05f, (double) .1f, (double) .15f, 0.2);
    }

    @Test
    void warmUpThatStaysAtZeroIsCleanTraining() throws Exception {
        try (Bench bench = Bench.of(Nets.MLP)) {
            AdversarialDataset data =
                    AdversarialDataset.builder()
                            .setDataset(bench.data(true))
                            .setModel(bench.model)
                            .setAttack(BALL, AdversarialDatasetTest::pgd)
                            .optEpsilonTracker(Tracker.fixed(0))
                            .build();
            assertThat(bench.fit(2, data)).isEqualTo(clean(Nets.MLP));
        }
    }

    @Test
    void nothingIsLeftBehind() throws Exception {
        try (Bench bench = Bench.of(Nets.MLP)) {
            AdversarialDataset data =
                    AdversarialDataset.builder()
                            .setDataset(bench.data(true))
                            .setModel(bench.model)
                            .setAttack(Fgsm.randomStart(BALL, 5))
                            .optAdversarialShare(0.5)
                            .build();
            try (Trainer trainer = bench.trainer()) {
                EasyTrain.fit(trainer, 2, data, null);
                int arrays = bench.arrays();
                EasyTrain.fit(trainer, 12, data, null);
                assertThat(bench.arrays()).isEqualTo(arrays);
            }
        }
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        AdversarialDataset.Builder empty = AdversarialDataset.builder();
        assertThatIllegalStateException()
                .isThrownBy(empty::build)
                .withMessageContaining("setModel");
        assertThatIllegalArgumentException().isThrownBy(() -> empty.optAdversarialShare(0));
        assertThatIllegalArgumentException().isThrownBy(() -> empty.optAdversarialShare(1.01));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> empty.optAdversarialShare(Double.NaN));
        try (Bench bench = Bench.of(Nets.linear(2), new Shape(1, 2))) {
            assertThatIllegalStateException()
                    .isThrownBy(
                            () ->
                                    AdversarialDataset.builder()
                                            .setDataset(bench.data(false))
                                            .setModel(bench.model)
                                            .setAttack(pgd(BALL))
                                            .optEpsilonTracker(Tracker.fixed(0.1f))
                                            .build())
                    .withMessageContaining("setAttack(ball");
            AdversarialDataset stubborn =
                    AdversarialDataset.builder()
                            .setDataset(bench.data(false))
                            .setModel(bench.initialized().model)
                            .setAttack(BALL, ball -> pgd(BALL))
                            .optEpsilonTracker(Tracker.fixed(0.1f))
                            .build();
            assertThatThrownBy(() -> stubborn.getData(bench.manager).iterator().next())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Use the ball");
        }
    }
}
