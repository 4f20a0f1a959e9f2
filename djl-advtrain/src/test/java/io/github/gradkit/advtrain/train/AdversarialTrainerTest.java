package io.github.gradkit.advtrain.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.BlockScorer;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Pgd;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Training with an adversarial trainer, against the same done by hand. */
class AdversarialTrainerTest {

    private static final EpsilonBall BALL = EpsilonBall.linf(0.2).within(0, 1);

    private static Attack pgd(EpsilonBall ball) {
        return Pgd.builder().setBall(ball).optSteps(3).optSeed(11).build();
    }

    private static AdversarialTrainer.Builder builder(Bench bench, TrainingConfig config) {
        return AdversarialTrainer.builder()
                .setModel(bench.model)
                .setConfig(config)
                .setAttack(pgd(BALL));
    }

    private static Map<String, String> fit(Nets net, Loss loss, Attack attack) throws Exception {
        try (Bench bench = Bench.of(net);
                Trainer trainer =
                        bench.ready(builder(bench, Bench.config(loss)).setAttack(attack).build())) {
            return bench.fit(2, bench.data(true), trainer);
        }
    }

    private static Map<String, String> byHand(Nets net, Loss loss, Attack attack) throws Exception {
        try (Bench bench = Bench.of(net);
                Trainer trainer = bench.ready(bench.model.newTrainer(Bench.config(loss)))) {
            Dataset data = bench.data(true);
            for (int epoch = 0; epoch < 2; epoch++) {
                for (Batch batch : trainer.iterateDataset(data)) {
                    step(bench, trainer, batch, attack, epoch);
                    batch.close();
                }
            }
            return bench.state();
        }
    }

    private static void step(Bench bench, Trainer trainer, Batch batch, Attack attack, int epoch) {
        NDArray inputs = batch.getData().head();
        NDList labels = batch.getLabels();
        long[] indices = batch.getIndices().stream().mapToLong(i -> (Long) i).toArray();
        NDArray perturbed;
        try (BlockScorer scorer = BlockScorer.of(bench.model)) {
            perturbed =
                    attack.adversarial(
                            scorer,
                            AttackInput.of(inputs, labels.head())
                                    .withIndices(indices)
                                    .withRound(epoch));
        }
        try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray clean = trainer.forward(batch.getData(), labels).singletonOrThrow();
            NDArray moved = trainer.forward(new NDList(perturbed), labels).singletonOrThrow();
            collector.backward(trainer.getLoss().evaluate(labels, new NDList(clean, moved)));
        }
        trainer.step();
    }

    @ParameterizedTest
    @EnumSource
    void pairsTrainAsByHand(Nets net) throws Exception {
        Attack trades = TradesLoss.attack(BALL, 3, 0.1, 5);

        assertThat(fit(net, TradesLoss.of(6), trades))
                .isEqualTo(byHand(net, TradesLoss.of(6), trades));
        assertThat(fit(net, MartLoss.of(5), pgd(BALL)))
                .isEqualTo(byHand(net, MartLoss.of(5), pgd(BALL)));
    }

    private static AdversarialDataset attacked(Bench bench, Dataset data) {
        return AdversarialDataset.builder()
                .setDataset(data)
                .setModel(bench.model)
                .setAttack(pgd(BALL))
                .build();
    }

    /** Validation passes in between must not change the random starts. */
    @ParameterizedTest
    @EnumSource
    void otherLossesTrainAsOnAnAttackedDataSet(Nets net) throws Exception {
        Map<String, String> expected;
        try (Bench bench = Bench.of(net);
                Trainer trainer = bench.trainer()) {
            EasyTrain.fit(trainer, 3, attacked(bench, bench.data(true)), bench.data(false));
            expected = bench.state();
        }
        try (Bench bench = Bench.of(net);
                Trainer trainer =
                        bench.ready(
                                builder(bench, Bench.config(Loss.softmaxCrossEntropyLoss()))
                                        .build())) {
            EasyTrain.fit(trainer, 3, bench.data(true), bench.data(false));
            assertThat(bench.state()).isEqualTo(expected);
        }
    }

    @Test
    void radiusZeroIsCleanTraining() throws Exception {
        Loss loss = Loss.softmaxCrossEntropyLoss();
        Map<String, String> clean;
        try (Bench bench = Bench.of(Nets.MLP)) {
            clean = bench.fit(2, bench.data(true));
        }
        assertThat(fit(Nets.MLP, loss, pgd(BALL.withEpsilon(0)))).isEqualTo(clean);
        assertThat(fit(Nets.MLP, loss, pgd(BALL))).isNotEqualTo(clean);
        try (Bench bench = Bench.of(Nets.MLP);
                Trainer trainer =
                        bench.ready(
                                builder(bench, Bench.config(loss))
                                        .setAttack(BALL, AdversarialTrainerTest::pgd)
                                        .optEpsilonTracker(Tracker.fixed(0))
                                        .build())) {
            assertThat(bench.fit(2, bench.data(true), trainer)).isEqualTo(clean);
        }
    }

    /** Without layers that notice that there are two passes. */
    private static Bench plain() {
        return Bench.of(
                new SequentialBlock()
                        .add(Linear.builder().setUnits(8).build())
                        .add(Activation.reluBlock())
                        .add(Linear.builder().setUnits(3).build()),
                Nets.MLP.input());
    }

    @Test
    void tradesWithBetaZeroIsCleanTraining() throws Exception {
        Map<String, String> clean;
        try (Bench bench = plain();
                Trainer trainer =
                        bench.ready(bench.model.newTrainer(Bench.config(TradesLoss.of(0))))) {
            clean = bench.fit(2, bench.data(true), trainer);
        }
        for (double beta : new double[] {0, 1}) {
            try (Bench bench = plain();
                    Trainer trainer =
                            bench.ready(
                                    builder(bench, Bench.config(TradesLoss.of(beta))).build())) {
                boolean same = bench.fit(2, bench.data(true), trainer).equals(clean);
                assertThat(same).isEqualTo(beta == 0);
            }
        }
    }

    private static final class Outputs extends TrainingListenerAdapter {

        final List<Integer> training = new ArrayList<>();
        final List<Integer> validation = new ArrayList<>();

        private static int count(BatchData data) {
            return data.getPredictions().values().iterator().next().size();
        }

        @Override
        public void onTrainingBatch(Trainer trainer, BatchData batchData) {
            training.add(count(batchData));
        }

        @Override
        public void onValidationBatch(Trainer trainer, BatchData batchData) {
            validation.add(count(batchData));
        }
    }

    @Test
    void validationBatchesAreNotAttackedAndEvaluatorsTellCleanFromPerturbed() throws Exception {
        Outputs outputs = new Outputs();
        try (Bench bench = Bench.of(Nets.MLP);
                Trainer trainer =
                        bench.ready(
                                builder(
                                                bench,
                                                Bench.config(
                                                                TradesLoss.of(0),
                                                                outputs,
                                                                new EvaluatorTrainingListener())
                                                        .addEvaluator(new Accuracy())
                                                        .addEvaluator(PerturbedAccuracy.of()))
                                        .setAttack(pgd(EpsilonBall.linf(0.5)))
                                        .build())) {
            trainer.setMetrics(new Metrics());
            EasyTrain.fit(trainer, 40, bench.data(true), bench.data(false));
            Map<String, Float> found = trainer.getTrainingResult().getEvaluations();

            assertThat(outputs.training).hasSize(120).containsOnly(2);
            assertThat(outputs.validation).hasSize(120).containsOnly(1);
            assertThat(found.get("train_Accuracy")).isGreaterThan(0.6f);
            assertThat(found.get("train_PerturbedAccuracy"))
                    .isLessThan(found.get("train_Accuracy") - 0.3f);
            assertThat(found.get("validate_Accuracy")).isGreaterThan(0.6f);
            assertThat(found.get("validate_PerturbedAccuracy")).isNaN();
            assertThat(found.get("validate_TradesLoss"))
                    .isCloseTo(crossEntropy(bench, trainer), within(1e-5f));
        }
    }

    private static float crossEntropy(Bench bench, Trainer trainer) throws Exception {
        float sum = 0;
        for (Batch batch : bench.data(false).getData(bench.manager)) {
            NDList outputs = trainer.evaluate(batch.getData());
            sum += Loss.softmaxCrossEntropyLoss().evaluate(batch.getLabels(), outputs).getFloat();
            batch.close();
        }
        return sum / Bench.BATCHES;
    }

    @Test
    void perturbedAccuracyCountsASingleLogitAsTwoClasses() {
        try (Bench bench = Bench.of(Nets.MLP)) {
            PerturbedAccuracy accuracy = PerturbedAccuracy.of();
            accuracy.addAccumulator("key");
            NDList labels = new NDList(bench.manager.create(new float[][] {{1}, {0}, {1}, {1}}));
            NDArray clean = bench.manager.create(new float[][] {{-1}, {1}, {-1}, {-1}});
            NDArray moved = bench.manager.create(new float[][] {{1}, {-1}, {2}, {-3}});
            accuracy.updateAccumulator("key", labels, new NDList(clean, moved));

            assertThat(accuracy.getAccumulator("key")).isEqualTo(0.75f);
        }
    }

    @Test
    void nothingIsLeftBehind() throws Exception {
        try (Bench bench = Bench.of(Nets.MLP)) {
            try (Trainer trainer =
                    bench.ready(
                            builder(bench, Bench.config(MartLoss.of(5)))
                                    .setAttack(TradesLoss.attack(BALL, 1, 0.1, 5))
                                    .optWeightPerturbation(0.01, 1)
                                    .build())) {
                EasyTrain.fit(trainer, 2, bench.data(true), bench.data(false));
                int arrays = bench.arrays();
                EasyTrain.fit(trainer, 8, bench.data(true), bench.data(false));
                assertThat(bench.arrays()).isEqualTo(arrays);
            }
            assertThat(bench.arrays()).isEqualTo(Bench.arraysAfterPlainTraining(Nets.MLP));
        }
    }
}
