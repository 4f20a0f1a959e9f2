package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Several attacks, each on the examples that withstood those before. */
class AutoAttackTest {

    private static final EpsilonBall BALL = EpsilonBall.linf(0.5);
    private static final long[] INDICES = {10, 11, 12, 13};

    /** Class 1 for positive numbers; the label of the last input is wrong. */
    private static final LinearScorer SIGN = new LinearScorer(new double[][] {{0}, {1}}, 0, 0);

    private static AttackInput input(NDManager manager) {
        NDArray x = manager.create(new float[] {1, 2, 3, -4}, new Shape(4, 1));
        return AttackInput.of(x, new int[] {1, 1, 1, 1}).withIndices(INDICES);
    }

    @Test
    void eachAttackSeesTheSurvivorsAndTheWorstIsKept() {
        StubAttack first = new StubAttack("first", BALL, 0.1f, 0.7, 11L);
        StubAttack second = new StubAttack("second", BALL, 0.2f, 0.9, 12L);
        StubAttack third = new StubAttack("third", BALL, 0.3f, 0.6);
        try (NDManager manager = NDManager.newBaseManager()) {
            AttackInput input = input(manager).withRound(3);
            AutoAttack attack =
                    AutoAttack.builder()
                            .setBall(BALL)
                            .addAttack(first)
                            .addAttack(second)
                            .addAttack(third)
                            .build();
            try (AttackResult result = attack.perturb(SIGN, input)) {
                assertThat(attack.name()).isEqualTo("first+second+third");
                assertThat(indices(first)).containsExactly(10, 11, 12);
                assertThat(indices(second)).containsExactly(10, 12);
                assertThat(indices(third)).containsExactly(10);
                assertThat(third.given().get(0).labels()).containsExactly(1);
                assertThat(third.given().get(0).round()).isEqualTo(3);

                assertThat(result.success()).containsExactly(false, true, true, true);
                assertThat(result.margins()).containsExactly(0.6, -1, -1, -4);
                assertThat(result.adversarial().toFloatArray())
                        .containsExactly(1.3f, 2.1f, 3.2f, -4);
                assertThat(result.stages())
                        .containsExactly(
                                new AttackStage("clean", 4, 1, new Ledger(0, 0, 4, 0, 0)),
                                new AttackStage("first", 3, 1, new Ledger(3, 3, 1, 2, 3)),
                                new AttackStage("second", 2, 1, new Ledger(2, 2, 1, 2, 3)),
                                new AttackStage("third", 1, 0, new Ledger(1, 1, 1, 2, 3)));
                assertThat(result.ledger()).isEqualTo(new Ledger(6, 6, 7, 6, 9));
            }
        }
    }

    @Test
    void lessBadResultOfALaterAttackIsNotKept() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Attack attack =
                    AutoAttack.builder()
                            .setBall(BALL)
                            .addAttack(new StubAttack("near", BALL, 0.1f, 0.2))
                            .addAttack(new StubAttack("far", BALL, 0.2f, 0.3))
                            .build();
            try (AttackResult result = attack.perturb(SIGN, input(manager))) {
                assertThat(result.adversarial().toFloatArray())
                        .containsExactly(1.1f, 2.1f, 3.1f, -4);
                assertThat(result.margins()).containsExactly(0.2, 0.2, 0.2, -4);
            }
        }
    }

    @Test
    void attacksWithNobodyLeftDoNotRunButHaveAStage() {
        StubAttack idle = new StubAttack("idle", BALL, 0, 0);
        try (NDManager manager = NDManager.newBaseManager()) {
            Attack attack =
                    AutoAttack.builder()
                            .setBall(BALL)
                            .addAttack(new StubAttack("all", BALL, 0, 0, 10L, 11L, 12L))
                            .addAttack(idle)
                            .build();
            try (AttackResult result = attack.perturb(SIGN, input(manager))) {
                assertThat(idle.given()).isEmpty();
                assertThat(result.stages().get(2))
                        .isEqualTo(new AttackStage("idle", 0, 0, Ledger.EMPTY));
                assertThat(result.successCount()).isEqualTo(4);
            }
        }
    }

    @Test
    void targetsReachTheAttacks() {
        StubAttack first = new StubAttack("first", BALL, 0, 0, 10L);
        StubAttack second = new StubAttack("second", BALL, 0, 0);
        try (NDManager manager = NDManager.newBaseManager()) {
            AttackInput input = input(manager).withTargets(new int[] {0, 0, 0, 0});
            Attack attack =
                    AutoAttack.builder().setBall(BALL).addAttack(first).addAttack(second).build();
            attack.perturb(SIGN, input).close();

            assertThat(second.given().get(0).targets()).containsExactly(0, 0);
            assertThat(indices(second)).containsExactly(11, 12);
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void robustAccuracyNeverRisesWhenAnAttackIsAdded(Norm norm) {
        EpsilonBall ball = EpsilonBall.of(norm, norm == Norm.L1 ? 0.7 : 0.2).within(0, 1);
        Shape shape = new Shape(10, 6);
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = TestNets.network(manager, shape, 3);
            NDArray x = TestNets.inputs(manager, shape, 2);
            AttackInput input = AttackInput.of(x, TestNets.labels(block, x, 3));
            AutoAttack.Builder builder = AutoAttack.builder().setBall(ball);
            int before = 9;
            for (Attack attack : AutoAttack.standard(ball).attacks().subList(0, 3)) {
                builder.addAttack(attack);
                try (BlockScorer scorer = BlockScorer.of(block);
                        AttackResult result = builder.build().perturb(scorer, input)) {
                    List<AttackStage> stages = result.stages();
                    int standing = stages.get(stages.size() - 1).standing();
                    assertThat(standing).isEqualTo(10 - result.successCount());
                    assertThat(standing).isLessThanOrEqualTo(before);
                    before = standing;
                }
            }
        }
    }

    /** Against a linear model there is no masking: what stands is what can't be broken. */
    @ParameterizedTest
    @CsvSource({"LINF, 1", "LINF, 2", "LINF, 3", "L2, 3", "L1, 1", "L1, 3"})
    void standardSetBreaksExactlyWhatCanBeBroken(Norm norm, int units) {
        double[][] weights = TestNets.gaussian(4, units, 5);
        double epsilon = norm == Norm.LINF ? 0.2 : 0.5;
        double[][] inputs = TestNets.gaussian(6, 12, 5);
        int[] labels = Arrays.stream(inputs).mapToInt(x -> label(weights, x)).toArray();
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = TestNets.linear(manager, DataType.FLOAT32, weights);
            NDArray x = Boxes.matrix(manager, DataType.FLOAT32, inputs);
            Attack attack = AutoAttack.standard(EpsilonBall.of(norm, epsilon));
            try (BlockScorer scorer = BlockScorer.of(block);
                    AttackResult result = attack.perturb(scorer, AttackInput.of(x, labels))) {
                int broken = 0;
                for (int i = 0; i < labels.length; i++) {
                    double worst = worst(weights, inputs[i], labels[i], norm, epsilon);
                    assertThat(result.success()[i]).as("%d: %f", i, worst).isEqualTo(worst < 0);
                    broken += worst < 0 ? 1 : 0;
                    if (units < 3 && worst > 0) {
                        assertThat(result.margins()[i]).isCloseTo(worst, within(1e-4));
                    }
                }
                assertThat(broken).isBetween(1, labels.length - 1);
                assertThat(result.stages())
                        .extracting(AttackStage::name)
                        .containsExactly(
                                "clean",
                                norm == Norm.L1 ? "APGD-CEx5" : "APGD-CE",
                                "APGD-T",
                                "FAB-T-100",
                                "Square-5000");
            }
        }
    }

    @Test
    void setForRandomModelsCountsEveryPass() {
        Shape shape = new Shape(3, 4);
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = TestNets.network(manager, shape, 3);
            NDArray x = TestNets.inputs(manager, shape, 1);
            AttackInput input = AttackInput.of(x, TestNets.labels(block, x, 3));
            AutoAttack attack = AutoAttack.rand(EpsilonBall.linf(1e-6));
            try (BlockScorer scorer = BlockScorer.of(block);
                    AttackResult result = attack.perturb(scorer, input)) {
                assertThat(attack.name()).isEqualTo("AutoAttack-rand");
                assertThat(result.stages())
                        .extracting(AttackStage::name)
                        .containsExactly("clean", "APGD-CE", "APGD-DLR");
                assertThat(result.stages().get(0).ledger().queries()).isEqualTo(3 * 20);
                assertThat(result.stages().get(2).ledger().backward()).isEqualTo(2 * 100 * 20);
                assertThat(result.successCount()).isEqualTo(1);
            }
        }
    }

    @Test
    void scorerWithoutGradientsIsSentToSquare() {
        try (NDManager manager = NDManager.newBaseManager()) {
            AttackInput input = input(manager);
            for (Attack attack : List.of(AutoAttack.standard(BALL), AutoAttack.rand(BALL))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> attack.perturb(SIGN, input))
                        .withMessageContaining("gradients")
                        .withMessageContaining("LinearScorer")
                        .withMessageContaining("Square");
            }
        }
    }

    @Test
    void attackWithinAnotherBallIsRefused() {
        AutoAttack.Builder builder =
                AutoAttack.builder().setBall(BALL).addAttack(Fgsm.of(EpsilonBall.linf(0.4)));

        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessageContaining("FGSM")
                .withMessageContaining("0.4")
                .withMessageContaining("0.5");
        assertThatIllegalStateException()
                .isThrownBy(() -> AutoAttack.builder().build())
                .withMessageContaining("setBall");
    }

    @Test
    void stagesOfBatchesAddUp() {
        AttackStage one = new AttackStage("a", 5, 2, new Ledger(1, 2, 3, 4, 5));
        AttackStage sum = one.plus(new AttackStage("a", 3, 3, new Ledger(1, 1, 1, 1, 1)));

        assertThat(sum).isEqualTo(new AttackStage("a", 8, 5, new Ledger(2, 3, 4, 5, 6)));
        assertThat(sum.standing()).isEqualTo(3);
    }

    private static long[] indices(StubAttack attack) {
        assertThat(attack.given()).hasSize(1);
        return attack.given().get(0).indices();
    }

    private static double[] scores(double[][] weights, double[] x) {
        double[] z = Arrays.stream(weights).mapToDouble(w -> RowTwins.dot(w, x)).toArray();
        return z.length > 1 ? z : new double[] {0, z[0]};
    }

    private static int label(double[][] weights, double[] x) {
        double[] z = scores(weights, x);
        int best = 0;
        for (int c = 1; c < z.length; c++) {
            best = z[c] > z[best] ? c : best;
        }
        return best;
    }

    private static double worst(
            double[][] weights, double[] x, int label, Norm norm, double epsilon) {
        double[][] rows =
                weights.length > 1 ? weights : new double[][] {new double[x.length], weights[0]};
        double worst = Double.POSITIVE_INFINITY;
        for (int c = 0; c < rows.length; c++) {
            if (c != label) {
                double[] w = RowTwins.minus(rows[label], rows[c]);
                double lead = RowTwins.dot(w, x) - epsilon * RowTwins.dualNorm(norm, w);
                worst = Math.min(worst, lead);
            }
        }
        return worst;
    }
}
