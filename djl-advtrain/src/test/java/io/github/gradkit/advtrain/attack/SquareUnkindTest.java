package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the square attack does at the edges of what it is made for. */
class SquareUnkindTest extends SquareFixture {

    @Test
    void changesNothingAtEpsilonZero() {
        NDArray x = halves(2);
        AttackInput input = AttackInput.of(x, new int[] {1, 1});
        LinearScorer scorer = robust();
        try (AttackResult result =
                square(EpsilonBall.linf(0), 100).build().perturb(scorer, input)) {
            assertThat(result.adversarial().toFloatArray()).isEqualTo(x.toFloatArray());
            assertThat(scorer.queries()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void attacksASinglePixel(Norm norm) {
        NDArray x = manager.ones(new Shape(2, 1, 1, 1)).mul(0.5);
        LinearScorer scorer = new LinearScorer(new double[][] {{1}}, 1);
        AttackInput input = AttackInput.of(x, new int[] {1, 1});
        Attack attack = square(EpsilonBall.of(norm, 0.2), 30).build();
        try (AttackResult result = attack.perturb(scorer, input)) {
            assertThat(result.margins()).satisfies(allNear(1.3));
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void findsTheOneFeatureThatMayChange(Norm norm) {
        double[] slope = new double[60];
        boolean[] mutable = new boolean[60];
        slope[17] = -1;
        mutable[17] = true;
        EpsilonBall ball =
                EpsilonBall.builder().setNorm(norm).setEpsilon(0.2).optMutable(mutable).build();
        LinearScorer scorer = new LinearScorer(new double[][] {slope}, 1);
        NDArray x = manager.zeros(new Shape(1, 60));
        try (AttackResult result =
                square(ball, 100).build().perturb(scorer, AttackInput.of(x, new int[] {1}))) {
            assertThat(result.margins()).satisfies(allNear(0.8));
        }
    }

    @Test
    void survivesAConstantModelAndScoresThatAreNotNumbers() {
        AttackInput input = AttackInput.of(halves(2), new int[] {0, 0});
        Scorer constant = x -> x.getManager().zeros(new Shape(x.getShape().get(0), 3));
        Scorer broken = x -> x.getManager().zeros(new Shape(x.getShape().get(0), 3)).div(0);
        Attack attack = square(EpsilonBall.l2(0.5), 10).build();
        try (AttackResult result = attack.perturb(constant, input)) {
            assertThat(result.successCount()).isZero();
            assertThat(result.margins()).containsOnly(0);
        }
        try (AttackResult result = attack.perturb(broken, input)) {
            assertThat(result.successCount()).isEqualTo(2);
        }
        try (AttackResult result = attack.perturb(broken, input.withTargets(new int[] {1, 2}))) {
            assertThat(result.successCount()).isZero();
            assertThat(result.adversarial().isNaN().any().getBoolean()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void leavesNoArraysBehind(Norm norm) {
        AttackInput input = AttackInput.of(halves(4), new int[] {1, 1, 0, 1});
        Square attack = square(EpsilonBall.of(norm, 0.3), 30).build();
        attack.perturb(robust(), input).close();
        int before = manager.getManagedArrays().size();
        attack.perturb(robust(), input).close();
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void gathersNoArraysWhileItRuns(Norm norm) {
        AttackInput input = AttackInput.of(halves(4), new int[] {1, 1, 1, 1});
        Square attack = square(EpsilonBall.of(norm, 0.3), 50).build();
        try (AttackTask task = AttackTask.open(robust(), input, attack.ball());
                NDArray zero = task.zero();
                Worst worst = new Worst(task.zero(), true)) {
            Evaluation clean = task.query(zero, StandardLoss.MARGIN);
            int before = task.manager().getManagedArrays().size();
            attack.attempt(task, 0, clean.predictions(), worst);
            assertThat(task.manager().getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void refusesBadSettings() {
        EpsilonBall ball = EpsilonBall.linf(0.3);
        assertThat(square(ball, 500).optRestarts(3).build().name()).isEqualTo("Square-500x3");
        assertThatThrownBy(() -> Square.builder().build()).hasMessageContaining("setBall");
        assertThatThrownBy(() -> square(ball, 0)).hasMessageContaining("queries");
        for (double share : new double[] {0, -1, 1.01, Double.NaN}) {
            assertThatThrownBy(() -> square(ball, 1).optInitialShare(share))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(String.valueOf(share));
        }
    }
}
