package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.gradkit.advtrain.internal.Predictions;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What more effort brings, what it costs, and which settings are refused. */
class ApgdTest {

    private static final Shape INPUT = new Shape(8, 6);
    private static final int CLASSES = 4;

    @Test
    void namesTellTheLoss() {
        EpsilonBall ball = EpsilonBall.linf(0.1);

        assertThat(Apgd.builder().setBall(ball).build().name()).isEqualTo("APGD-CE");
        assertThat(Apgd.builder().setBall(ball).optLoss(StandardLoss.DLR).build().name())
                .isEqualTo("APGD-DLR");
        assertThat(Apgd.builder().setBall(ball).optTargets(9).build().name()).isEqualTo("APGD-T");
        assertThat(Apgd.builder().setBall(ball).optRestarts(5).build().name())
                .isEqualTo("APGD-CEx5");
        assertThat(Apgd.builder().setBall(ball).build().ball()).isSameAs(ball);
    }

    @Test
    void impossibleSettingsAreRefused() {
        Apgd.Builder builder = Apgd.builder();

        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessageContaining("setBall");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.optSteps(0))
                .withMessageContaining("steps must be 1 or more, but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.optRestarts(-1))
                .withMessageContaining("restarts");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.optTargets(0))
                .withMessageContaining("targets");
        assertThatIllegalStateException()
                .isThrownBy(
                        () ->
                                Apgd.builder()
                                        .setBall(EpsilonBall.l2(1))
                                        .optTargets(2)
                                        .optLoss(StandardLoss.KL)
                                        .build())
                .withMessageContaining("KL")
                .withMessageContaining("2 targets");
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void moreStepsOfOneLengthNeverLowerTheLoss(Norm norm) {
        requireRising(
                norm,
                steps ->
                        Pgd.builder()
                                .setBall(ball(norm))
                                .optSteps(steps)
                                .optStepSize(ball(norm).epsilon() / 3)
                                .optEarlyStop(false)
                                .build());
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void moreRestartsNeverLowerTheLoss(Norm norm) {
        requireRising(
                norm,
                restarts ->
                        Apgd.builder()
                                .setBall(ball(norm))
                                .optSteps(5)
                                .optRestarts(restarts)
                                .optEarlyStop(false)
                                .build());
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void moreTargetsNeverRaiseTheMargin(Norm norm) {
        double[] before = null;
        for (int targets = 1; targets < CLASSES; targets++) {
            int some = targets;
            double[] margins =
                    attack(
                            Apgd.builder()
                                    .setBall(ball(norm))
                                    .optSteps(10)
                                    .optTargets(some)
                                    .optEarlyStop(false)
                                    .build(),
                            (scorer, input, result) -> result.margins());
            for (int i = 0; before != null && i < margins.length; i++) {
                assertThat(margins[i]).isLessThanOrEqualTo(before[i]);
            }
            before = margins;
        }
    }

    @Test
    void brokenExamplesCostNoMorePasses() {
        EpsilonBall large = EpsilonBall.linf(0.9).within(0, 1);
        Ledger early =
                attack(
                        Apgd.builder().setBall(large).build(),
                        (scorer, input, result) -> {
                            assertThat(result.successCount()).isEqualTo(input.size());
                            return result.ledger();
                        });
        Ledger full =
                attack(
                        Apgd.builder().setBall(large).optEarlyStop(false).build(),
                        (scorer, input, result) -> result.ledger());

        assertThat(full.forward()).isEqualTo(800);
        assertThat(early.forward()).isLessThan(80);
    }

    @ParameterizedTest
    @CsvSource({"LINF, 30, 1", "L2, 30, 1", "L1, 30, 3", "L1, 3, 1"})
    void anAttemptCostsItsStepsAndALookAtTheEndOfEachPart(Norm norm, int steps, int parts) {
        Ledger ledger =
                attack(
                        Apgd.builder()
                                .setBall(EpsilonBall.of(norm, 1e-4))
                                .optSteps(steps)
                                .optRestarts(2)
                                .optEarlyStop(false)
                                .build(),
                        (scorer, input, result) -> result.ledger());

        assertThat(ledger).isEqualTo(new Ledger(16L * steps, 16L * steps, 8 + 16L * parts, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 2", "4, 3", "12, 9"})
    void thereAreAsManyTargetsAsWrongClassesAndNoMoreThanAskedFor(int units, int attempts) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block =
                    TestNets.linear(manager, DataType.FLOAT32, TestNets.gaussian(1, units, 3));
            NDArray x = Boxes.matrix(manager, DataType.FLOAT32, new double[] {1, -2, 0.5});
            int[] labels = label(block, x);
            Attack attack =
                    Apgd.builder().setBall(EpsilonBall.l2(1e-4)).optSteps(6).optTargets(9).build();
            try (BlockScorer scorer = BlockScorer.of(block);
                    AttackResult result = attack.perturb(scorer, AttackInput.of(x, labels))) {
                assertThat(result.success()).containsExactly(false);
                assertThat(result.ledger())
                        .isEqualTo(new Ledger(6L * attempts, 6L * attempts, 1 + attempts, 0, 0));
            }
        }
    }

    @Test
    void targetOfTheInputGoesBeforeThoseOfTheAttack() {
        double[][] weights = {{1, 0}, {0, 1}, {-1, 0}};
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = TestNets.linear(manager, DataType.FLOAT32, weights);
            NDArray x = Boxes.matrix(manager, DataType.FLOAT32, new double[] {1, 0.9});
            AttackInput input = AttackInput.of(x, new int[] {0}).withTargets(new int[] {2});
            Apgd.Builder builder =
                    Apgd.builder().setBall(EpsilonBall.linf(0.5)).optSteps(10).optTargets(2);
            try (BlockScorer scorer = BlockScorer.of(block);
                    AttackResult near = builder.build().perturb(scorer, input);
                    AttackResult far =
                            builder.setBall(EpsilonBall.linf(2)).build().perturb(scorer, input)) {
                // Class 1 is in reach, but it is not the target.
                assertThat(near.success()).containsExactly(false);
                assertThat(near.ledger().forward()).isEqualTo(10);
                assertThat(near.adversarial().toFloatArray()[0]).isEqualTo(0.5f);
                assertThat(far.success()).containsExactly(true);
            }
        }
    }

    @FunctionalInterface
    private interface Look<T> {
        T at(Scorer scorer, AttackInput input, AttackResult result);
    }

    private static void requireRising(Norm norm, IntFunction<Attack> attacks) {
        double[] before = null;
        for (int effort = 1; effort <= 5; effort++) {
            double[] losses = attack(attacks.apply(effort), ApgdTest::crossEntropy);
            for (int i = 0; before != null && i < losses.length; i++) {
                assertThat(losses[i]).as("%s %d", norm, effort).isGreaterThan(before[i] - 1e-6);
            }
            before = losses;
        }
    }

    private static double[] crossEntropy(Scorer scorer, AttackInput input, AttackResult result) {
        try (NDArray scores = scorer.score(result.adversarial())) {
            Predictions predictions = Predictions.of(scores);
            double[] losses = new double[input.size()];
            for (int i = 0; i < losses.length; i++) {
                double sum = 0;
                for (int c = 0; c < CLASSES; c++) {
                    sum += Math.exp(predictions.score(i, c));
                }
                losses[i] = Math.log(sum) - predictions.score(i, input.labels()[i]);
            }
            return losses;
        }
    }

    private static <T> T attack(Attack attack, Look<T> look) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = TestNets.network(manager, INPUT, CLASSES);
            NDArray x = TestNets.inputs(manager, INPUT, 2);
            AttackInput input = AttackInput.of(x, TestNets.labels(block, x, CLASSES));
            try (BlockScorer scorer = BlockScorer.of(block);
                    AttackResult result = attack.perturb(scorer, input)) {
                return look.at(scorer, input, result);
            }
        }
    }

    private static int[] label(Block block, NDArray x) {
        try (BlockScorer scorer = BlockScorer.of(block);
                NDArray scores = scorer.score(x)) {
            return new int[] {Predictions.of(scores).predicted(0)};
        }
    }

    private static EpsilonBall ball(Norm norm) {
        return EpsilonBall.of(norm, norm == Norm.L1 ? 0.6 : 0.2).within(0, 1);
    }
}
