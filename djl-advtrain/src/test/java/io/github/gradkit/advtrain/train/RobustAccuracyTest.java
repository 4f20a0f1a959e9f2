package io.github.gradkit.advtrain.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.listener.TrainingListenerAdapter;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.AttackResult;
import io.github.gradkit.advtrain.attack.BlockScorer;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The share of examples that stand. */
class RobustAccuracyTest {

    private static final EpsilonBall BALL = EpsilonBall.linf(0.1).within(0, 1);
    private static final Attack PGD = Pgd.builder().setBall(BALL).optSteps(2).build();

    private static RobustAccuracy.Builder accuracy(Bench bench) {
        return RobustAccuracy.builder().setDataset(bench.data(true)).setAttack(PGD);
    }

    private static Bench trained() throws Exception {
        Bench bench = Bench.of(Nets.MLP);
        bench.fit(60, bench.data(true));
        return bench;
    }

    private static boolean[] broken(Bench bench, Attack attack) {
        try (BlockScorer scorer = BlockScorer.of(bench.model);
                AttackResult result =
                        attack.perturb(
                                scorer,
                                AttackInput.of(bench.features(), bench.labels(DataType.INT64)))) {
            return result.success();
        }
    }

    private static double standing(boolean[] broken, int examples) {
        int count = 0;
        for (int i = 0; i < examples; i++) {
            count += broken[i] ? 0 : 1;
        }
        return (double) count / examples;
    }

    @Test
    void countsWhoStandsWhateverTheBatchesAndTheOrderOfTraining() throws Exception {
        try (Bench bench = trained()) {
            boolean[] broken = broken(bench, PGD);
            double expected = standing(broken, Bench.ROWS);

            assertThat(expected).isStrictlyBetween(0.1, 0.9);
            for (int batch : new int[] {1, 5, 22, 128}) {
                assertThat(accuracy(bench).optBatchSize(batch).build().measure(bench.model))
                        .isEqualTo(expected);
            }
            assertThat(accuracy(bench).build().measure(bench.model)).isEqualTo(expected);
        }
    }

    /** The divergence from the clean outputs does not know the label. */
    @Test
    void theAttackOfTradesRescuesNobody() throws Exception {
        try (Bench bench = Bench.of(Nets.MLP)) {
            bench.fit(3, bench.data(true));
            Attack attack = TradesLoss.attack(BALL, 5, 0.05, 0);
            boolean[] clean = broken(bench, Pgd.builder().setBall(BALL.withEpsilon(0)).build());
            boolean[] broken = broken(bench, attack);
            assertThat(standing(clean, Bench.ROWS)).isStrictlyBetween(0.1, 0.95);
            for (int i = 0; i < clean.length; i++) {
                assertThat(broken[i] || !clean[i]).as("example " + i).isTrue();
            }
            assertThat(accuracy(bench).setAttack(attack).build().measure(bench.model))
                    .isEqualTo(standing(broken, Bench.ROWS));
        }
    }

    @Test
    void limitsCutInsideABatchAndMayExceedTheDataSet() throws Exception {
        try (Bench bench = trained()) {
            boolean[] broken = broken(bench, PGD);
            for (int limit : new int[] {1, 8, 10, 22, 1000}) {
                assertThat(
                                accuracy(bench)
                                        .optBatchSize(8)
                                        .optLimit(limit)
                                        .build()
                                        .measure(bench.model))
                        .isEqualTo(standing(broken, Math.min(limit, Bench.ROWS)));
            }
        }
    }

    @Test
    void measuringWhileTrainingChangesNoBitAndLeavesNothing() throws Exception {
        Map<String, String> plain;
        try (Bench bench = Bench.of(Nets.MLP)) {
            plain = bench.fit(2, bench.data(true));
        }
        try (Bench bench = Bench.of(Nets.MLP)) {
            RobustAccuracy accuracy = accuracy(bench).optBatchSize(5).build();
            Map<String, String> measured =
                    bench.fit(
                            2,
                            bench.data(true),
                            new TrainingListenerAdapter() {
                                @Override
                                public void onTrainingBatch(Trainer trainer, BatchData data) {
                                    Map<String, String> gradients = bench.gradients();
                                    int arrays = bench.arrays();
                                    accuracy.measure(bench.model);
                                    assertThat(bench.gradients()).isEqualTo(gradients);
                                    assertThat(bench.arrays()).isEqualTo(arrays);
                                }
                            });
            assertThat(measured).isEqualTo(plain);
        }
    }

    @Test
    void exceptionInTheAttackLeavesNothingBehind() throws Exception {
        try (Bench bench = Bench.of(Nets.CNN);
                Trainer trainer = bench.trainer();
                Batch batch = trainer.iterateDataset(bench.data(true)).iterator().next()) {
            EasyTrain.trainBatch(trainer, batch);
            Map<String, String> gradients = bench.gradients();
            int arrays = bench.arrays();
            Attack failing = Pgd.builder().setBall(BALL).optLoss(new FailingLoss(1)).build();
            RobustAccuracy accuracy = accuracy(bench).setAttack(failing).build();

            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> accuracy.measure(bench.model))
                    .withMessage("on purpose");
            assertThat(bench.gradients()).isEqualTo(gradients);
            assertThat(bench.arrays()).isEqualTo(arrays);
        }
    }

    @Test
    void modelThatTellsNoNumbersIsNotRobust() {
        try (Bench bench = Bench.of(Nets.MLP).initialized()) {
            ParameterPaths.of(bench.model.getBlock())
                    .get("05Linear_bias")
                    .getArray()
                    .muli(Float.NaN);
            assertThat(accuracy(bench).build().measure(bench.model)).isZero();
        }
    }

    @Test
    void settingsAndDataSetsThatCannotWorkAreRefused() {
        assertThatIllegalStateException()
                .isThrownBy(RobustAccuracy.builder()::build)
                .withMessageContaining("setDataset");
        assertThatIllegalArgumentException().isThrownBy(() -> RobustAccuracy.builder().optLimit(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RobustAccuracy.builder().optBatchSize(0));
        try (Bench bench = Bench.of(Nets.MLP).initialized()) {
            ArrayDataset empty =
                    new ArrayDataset.Builder()
                            .setData(bench.manager.create(new Shape(0, 6)))
                            .optLabels(bench.manager.create(new Shape(0)))
                            .setSampling(4, false)
                            .build();
            assertThatIllegalStateException()
                    .isThrownBy(
                            () -> accuracy(bench).setDataset(empty).build().measure(bench.model))
                    .withMessageContaining("no examples");
        }
    }
}
