package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the fast adaptive boundary attack does at the edges of what it is made for. */
class FabUnkindTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private static Fab fab(EpsilonBall ball) {
        return Fab.builder().setBall(ball).build();
    }

    private NDArray inputs(int batch, int features, long seed) {
        return LinearScorer.inputs(manager, seed, batch, features);
    }

    @Test
    void countsWhatItCosts() {
        NDArray x = inputs(3, 5, 12);
        try (BlockScorer scorer = BlockScorer.of(LinearModels.threeClasses(manager))) {
            AttackInput input = AttackInput.of(x, LinearScorer.predicted(scorer, x));
            Attack attack =
                    Fab.builder()
                            .setBall(EpsilonBall.linf(1e-6))
                            .optTargets(1)
                            .optSteps(7)
                            .optRestarts(2)
                            .build();
            try (AttackResult result = attack.perturb(scorer, input)) {
                long passes = 3 * 7 * 2;
                assertThat(result.ledger())
                        .isEqualTo(new Ledger(passes, passes, 3 + passes + 3 * 5 * 2, 0, 0));
            }
        }
    }

    @Test
    void isZeroForWhatIsWrongAndChangesNothingAtEpsilonZero() {
        NDArray x = inputs(4, 5, 13);
        try (BlockScorer scorer = BlockScorer.of(LinearModels.threeClasses(manager))) {
            int[] labels = LinearScorer.predicted(scorer, x);
            labels[2] = (labels[2] + 1) % 3;
            AttackInput input = AttackInput.of(x, labels);
            double[] found = fab(EpsilonBall.linf(0)).minimalDistortion(scorer, input);
            assertThat(found[2]).isZero();
            assertThat(found[0]).isPositive().isFinite();
            try (AttackResult result = fab(EpsilonBall.linf(0)).perturb(scorer, input)) {
                assertThat(result.adversarial().toFloatArray()).isEqualTo(x.toFloatArray());
                assertThat(result.success()).containsExactly(false, false, true, false);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void leavesAnExampleThatStandsOnTheBoundary(Norm norm) {
        NDArray x = manager.zeros(new Shape(1, 2));
        float[][] weights = {{1, 2}, {-1, 0}};
        try (BlockScorer scorer =
                BlockScorer.of(LinearModels.block(manager, weights, new float[] {0, 0}))) {
            double[] found =
                    fab(EpsilonBall.of(norm, 0.3))
                            .minimalDistortion(scorer, AttackInput.of(x, new int[] {0}));
            assertThat(found[0]).isLessThan(1e-3);
        }
    }

    @Test
    void givesUpAtOnceOnAConstantModel() {
        NDArray x = inputs(2, 2, 15);
        float[][] weights = {{0, 0}, {0, 0}};
        try (BlockScorer scorer =
                BlockScorer.of(LinearModels.block(manager, weights, new float[] {1, 0}))) {
            AttackInput input = AttackInput.of(x, new int[] {0, 0});
            try (AttackResult result = fab(EpsilonBall.l1(5)).perturb(scorer, input)) {
                assertThat(result.success()).containsExactly(false, false);
                assertThat(result.ledger()).isEqualTo(new Ledger(2, 2, 4, 2, 0));
            }
            assertThat(fab(EpsilonBall.l1(5)).minimalDistortion(scorer, input))
                    .containsOnly(Double.POSITIVE_INFINITY);
        }
    }

    @Test
    void survivesScoresThatAreNotNumbers() {
        NDArray x = inputs(2, 2, 16);
        float[][] weights = {{Float.NaN, 0}, {0, 1}};
        try (BlockScorer scorer =
                BlockScorer.of(LinearModels.block(manager, weights, new float[] {1, 0}))) {
            AttackInput input = AttackInput.of(x, new int[] {0, 0});
            assertThat(fab(EpsilonBall.l2(1)).minimalDistortion(scorer, input)).containsOnly(0);
            AttackInput targeted = input.withTargets(new int[] {1, 1});
            try (AttackResult result = fab(EpsilonBall.l2(1)).perturb(scorer, targeted)) {
                assertThat(result.successCount()).isZero();
                assertThat(result.adversarial().toFloatArray()).isEqualTo(x.toFloatArray());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void staysOnThisSideOfBoundsThatShutOffTheBoundary(Norm norm) {
        NDArray x = manager.create(new float[] {0.5f}, new Shape(1, 1));
        float[][] weights = {{1}};
        try (BlockScorer scorer =
                BlockScorer.of(LinearModels.block(manager, weights, new float[] {0.1f}))) {
            EpsilonBall ball = EpsilonBall.of(norm, 2).within(0, 1);
            AttackInput input = AttackInput.of(x, new int[] {1});
            assertThat(fab(ball).minimalDistortion(scorer, input))
                    .containsExactly(Double.POSITIVE_INFINITY);
        }
    }

    @Test
    void leavesNoArraysBehind() {
        NDArray x = inputs(6, 5, 17);
        try (BlockScorer scorer = BlockScorer.of(LinearModels.threeClasses(manager))) {
            AttackInput input = AttackInput.of(x, LinearScorer.predicted(scorer, x));
            Fab attack =
                    Fab.builder()
                            .setBall(EpsilonBall.l2(0.3).within(0, 1))
                            .optSteps(10)
                            .optRestarts(2)
                            .build();
            attack.perturb(scorer, input).close();
            int before = manager.getManagedArrays().size();
            attack.perturb(scorer, input).close();
            attack.minimalDistortion(scorer, input);
            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void gathersNoArraysWhileItRuns() {
        NDArray x = inputs(6, 5, 17);
        Fab attack = Fab.builder().setBall(EpsilonBall.l1(0.3).within(0, 1)).build();
        try (BlockScorer scorer = BlockScorer.of(LinearModels.threeClasses(manager))) {
            AttackInput input = AttackInput.of(x, LinearScorer.predicted(scorer, x));
            try (AttackTask task = AttackTask.open(scorer, input, attack.ball());
                    NDArray zero = task.zero();
                    Worst worst = new Worst(task.zero(), true)) {
                Evaluation clean = task.query(zero, StandardLoss.MARGIN);
                int before = task.manager().getManagedArrays().size();
                attack.attempt(task, 0, clean.predictions(), worst);
                assertThat(worst.standing()).hasSizeBetween(1, 5);
                assertThat(task.manager().getManagedArrays()).hasSize(before);
            }
        }
    }

    @Test
    void refusesScorersWithoutGradientsAndBadSettings() {
        AttackInput input = AttackInput.of(inputs(1, 2, 18), new int[] {0});
        Scorer scorer = new LinearScorer(new double[][] {{1, 0}, {0, 1}}, 9, 0);
        assertThatThrownBy(() -> fab(EpsilonBall.l2(1)).perturb(scorer, input))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gradients");
        assertThatThrownBy(() -> Fab.builder().build()).hasMessageContaining("setBall");
        assertThatThrownBy(() -> Fab.builder().optTargets(0)).hasMessageContaining("targets");
        assertThat(Fab.builder().setBall(EpsilonBall.l2(1)).optRestarts(2).build().name())
                .isEqualTo("FAB-T-100x2");
    }
}
