package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The square attack on models that tell nothing but scores. */
class SquareTest extends SquareFixture {

    private static double clean() {
        return 10 + 0.5 * Arrays.stream(SLOPE).sum();
    }

    @Test
    void reachesTheWorstCornerOfALinearModelInLinf() {
        AttackInput input = AttackInput.of(halves(3), new int[] {1, 1, 1});
        double worst = clean() - 0.3 * Arrays.stream(SLOPE).map(Math::abs).sum();
        try (AttackResult result =
                square(EpsilonBall.linf(0.3), 2000).build().perturb(robust(), input)) {
            assertThat(result.margins()).satisfies(allNear(worst));
            assertThat(result.successCount()).isZero();
            assertThat(result.ledger()).isEqualTo(new Ledger(0, 0, 3 + 3 * 2000, 0, 0));
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void comesNearTheWorstMarginOfALinearModel(Norm norm) {
        double dual =
                switch (norm) {
                    case L1 -> 2;
                    case L2 -> Math.sqrt(Arrays.stream(SLOPE).map(s -> s * s).sum());
                    case LINF -> Arrays.stream(SLOPE).map(Math::abs).sum();
                };
        AttackInput input = AttackInput.of(halves(4), new int[] {1, 1, 1, 1});
        try (AttackResult result =
                square(EpsilonBall.of(norm, 0.4), 3000).build().perturb(robust(), input)) {
            for (double margin : result.margins()) {
                assertThat(clean() - margin).isBetween(0.9 * 0.4 * dual, 0.4 * dual + 1e-5);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void lowersTheMarginWithEveryFurtherQuery(Norm norm) {
        AttackInput input = AttackInput.of(halves(1), new int[] {1});
        EpsilonBall ball = EpsilonBall.of(norm, 0.4).within(0, 1);
        double former = clean();
        for (int queries : new int[] {1, 2, 3, 5, 10, 30, 100, 300}) {
            try (AttackResult result = square(ball, queries).build().perturb(robust(), input)) {
                assertThat(result.margins()[0]).isLessThanOrEqualTo(former);
                former = result.margins()[0];
            }
        }
        assertThat(former).isLessThan(clean() - 0.3);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void keepsBallBoundsScaleAndMaskOfImages(Norm norm) {
        int features = 2 * 5 * 4;
        boolean[] mutable = new boolean[features];
        double[] scale = new double[features];
        double[][] weights = new double[2][features];
        for (int j = 0; j < features; j++) {
            mutable[j] = j % 3 != 0;
            scale[j] = 0.5 + j % 2;
            weights[1][j] = j % 5 - 2;
        }
        EpsilonBall ball =
                EpsilonBall.builder()
                        .setNorm(norm)
                        .setEpsilon(0.6)
                        .optBounds(0, 1)
                        .optScale(scale)
                        .optMutable(mutable)
                        .build();
        NDArray x = LinearScorer.inputs(manager, 21, 3, 2, 5, 4);
        AttackInput input = AttackInput.of(x, new int[] {1, 1, 1});
        LinearScorer scorer = new LinearScorer(weights, 0, 100);
        try (AttackResult result = square(ball, 200).build().perturb(scorer, input)) {
            float[] from = x.toFloatArray();
            float[] to = result.adversarial().toFloatArray();
            for (int i = 0; i < 3; i++) {
                double[] u = new double[features];
                for (int j = 0; j < features; j++) {
                    int k = i * features + j;
                    u[j] = (to[k] - from[k]) / scale[j];
                    assertThat(to[k]).isBetween(0f, 1f);
                    assertThat(mutable[j] || to[k] == from[k]).isTrue();
                }
                assertThat(FabRow.size(norm, u)).isBetween(0.3, 0.6 * (1 + 1e-5));
            }
        }
    }

    @Test
    void breaksATreeThatHasNoGradients() {
        Scorer tree =
                x -> {
                    float[] values = x.toFloatArray();
                    float[] scores = new float[values.length / 4];
                    for (int i = 0; i < scores.length; i++) {
                        boolean left = values[4 * i] < 0.45f;
                        boolean low = values[4 * i + 2] > 0.55f;
                        scores[i] = (left ? -0.5f : 1.5f) + (low ? -1 : 1);
                    }
                    return x.getManager().create(scores);
                };
        NDArray x = manager.ones(new Shape(2, 4)).mul(0.5);
        AttackInput input = AttackInput.of(x, new int[] {1, 1});
        try (AttackResult result =
                square(EpsilonBall.linf(0.1).within(0, 1), 200).build().perturb(tree, input)) {
            assertThat(result.success()).containsExactly(true, true);
            assertThat(result.margins()).containsOnly(-1.5);
            assertThat(result.ledger().queries()).isLessThan(2 * 200);
            assertThat(result.ledger().backward()).isZero();
        }
        try (AttackResult result =
                square(EpsilonBall.linf(0.04).within(0, 1), 50).build().perturb(tree, input)) {
            assertThat(result.success()).containsExactly(false, false);
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void givesAnExampleTheSameResultInEveryBatch(Norm norm) {
        NDArray x = LinearScorer.inputs(manager, 22, 6, SLOPE.length);
        LinearScorer scorer = new LinearScorer(new double[][] {SLOPE}, -1.2);
        int[] labels = LinearScorer.predicted(scorer, x);
        EpsilonBall ball = EpsilonBall.of(norm, norm == Norm.LINF ? 0.05 : 0.2).within(0, 1);
        Attack attack = square(ball, 60).optRestarts(2).build();
        try (AttackResult whole = attack.perturb(scorer, AttackInput.of(x, labels))) {
            assertThat(whole.successCount()).isBetween(1, 5);
            for (int i = 0; i < labels.length; i++) {
                AttackInput alone =
                        AttackInput.of(x.get(i + ":" + (i + 1)), new int[] {labels[i]})
                                .withIndices(new long[] {i});
                try (AttackResult single = attack.perturb(scorer, alone)) {
                    assertThat(single.adversarial().toFloatArray())
                            .isEqualTo(whole.adversarial().get(i).toFloatArray());
                    assertThat(single.margins()[0]).isEqualTo(whole.margins()[i]);
                }
            }
        }
    }

    @Test
    void dependsOnTheSeedOnly() {
        AttackInput input = AttackInput.of(halves(2), new int[] {1, 1});
        EpsilonBall ball = EpsilonBall.l2(0.4);
        List<float[]> results =
                IntStream.of(5, 5, 6)
                        .mapToObj(seed -> square(ball, 20).optSeed(seed).build())
                        .map(attack -> attack.adversarial(robust(), input).toFloatArray())
                        .toList();
        assertThat(results.get(1)).isEqualTo(results.get(0));
        assertThat(results.get(2)).isNotEqualTo(results.get(0));
    }

    @Test
    void moreRestartsNeverHelpTheModel() {
        AttackInput input = AttackInput.of(halves(2), new int[] {1, 1});
        double[] former = {clean(), clean()};
        for (int restarts = 1; restarts < 4; restarts++) {
            Attack attack = square(EpsilonBall.l1(0.4), 15).optRestarts(restarts).build();
            try (AttackResult result = attack.perturb(robust(), input)) {
                for (int i = 0; i < 2; i++) {
                    assertThat(result.margins()[i]).isLessThanOrEqualTo(former[i]);
                }
                former = result.margins();
            }
        }
    }

    @Test
    void movesTowardsTheTarget() {
        double[][] weights = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
        NDArray x = manager.create(new float[] {1, 0.9f, 0}, new Shape(1, 3));
        AttackInput input = AttackInput.of(x, new int[] {0});
        LinearScorer scorer = new LinearScorer(weights, 0, 0, 0);
        Attack attack = square(EpsilonBall.linf(0.6), 200).build();
        try (AttackResult any = attack.perturb(scorer, input);
                AttackResult target = attack.perturb(scorer, input.withTargets(new int[] {2}))) {
            assertThat(any.success()).containsExactly(true);
            assertThat(target.success()).containsExactly(true);
            float[] reached = target.adversarial().toFloatArray();
            assertThat(reached[2]).isGreaterThan(Math.max(reached[0], reached[1]));
        }
    }

    @Test
    void rescalesTheScheduleOnlyWhenAskedTo() {
        AttackInput input = AttackInput.of(halves(1), new int[] {1});
        EpsilonBall ball = EpsilonBall.linf(0.3);
        try (NDArray plain = square(ball, 12).build().adversarial(robust(), input);
                NDArray rescaled =
                        square(ball, 12)
                                .optRescaledSchedule()
                                .build()
                                .adversarial(robust(), input)) {
            assertThat(rescaled.toFloatArray()).isNotEqualTo(plain.toFloatArray());
        }
    }
}
