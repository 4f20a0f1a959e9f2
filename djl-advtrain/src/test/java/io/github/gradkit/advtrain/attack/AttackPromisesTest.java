package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.gradkit.advtrain.internal.Predictions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every attack promises of its result, in every norm and for inputs of every rank. */
class AttackPromisesTest {

    private static final int CLASSES = 4;
    private static final Shape FLAT = new Shape(6, 8);
    private static final Shape IMAGES = new Shape(5, 2, 3, 3);
    private static final double[] BOUND = {0, 1};

    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (AttackKind kind : AttackKind.values()) {
            for (Norm norm : Norm.values()) {
                cases.add(Arguments.of(kind, norm, FLAT));
                cases.add(Arguments.of(kind, norm, IMAGES));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void resultLiesInBallAndBoundsAndAgreesWithTheModel(AttackKind kind, Norm norm, Shape shape) {
        run(
                kind.of(ball(norm, shape)),
                shape,
                false,
                (scorer, input, result) -> {
                    requireInside(kind.of(ball(norm, shape)).ball(), input, result);
                    Predictions after = predict(scorer, result.adversarial());
                    for (int i = 0; i < input.size(); i++) {
                        int label = input.labels()[i];
                        assertThat(result.success()[i]).isEqualTo(!after.isRight(i, label));
                        assertThat(result.margins()[i])
                                .isCloseTo(after.margin(i, label), within(1e-4));
                    }
                    requireGain(kind.of(ball(norm, shape)), scorer, input, result);
                    assertThat(result.success()[0]).as("misclassified from the start").isTrue();
                });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void targetedResultMovesTowardsTheTarget(AttackKind kind, Norm norm, Shape shape) {
        run(
                kind.of(ball(norm, shape)),
                shape,
                true,
                (scorer, input, result) -> {
                    requireInside(kind.of(ball(norm, shape)).ball(), input, result);
                    Predictions after = predict(scorer, result.adversarial());
                    int[] targets = input.targets();
                    for (int i = 0; i < input.size(); i++) {
                        assertThat(result.success()[i]).isEqualTo(after.isRight(i, targets[i]));
                    }
                    requireGain(kind.of(ball(norm, shape)), scorer, input, result);
                });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void noRadiusMeansTheSameBits(AttackKind kind, Norm norm, Shape shape) {
        run(
                kind.of(ball(norm, shape).withEpsilon(0)),
                shape,
                false,
                (scorer, input, result) -> {
                    assertThat(result.adversarial().toByteArray())
                            .isEqualTo(input.inputs().toByteArray());
                    assertThat(result.successCount()).isEqualTo(1);
                });
    }

    @FunctionalInterface
    private interface Check {
        void accept(Scorer scorer, AttackInput input, AttackResult result);
    }

    private static void run(Attack attack, Shape shape, boolean targeted, Check check) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = TestNets.network(manager, shape, CLASSES);
            NDArray x = TestNets.inputs(manager, shape, 2);
            byte[] before = x.toByteArray();
            int[] labels = TestNets.labels(block, x, CLASSES);
            AttackInput input = AttackInput.of(x, labels);
            if (targeted) {
                input = input.withTargets(Arrays.stream(labels).map(y -> (y + 2) % 4).toArray());
            }
            try (BlockScorer scorer = BlockScorer.of(block);
                    AttackResult result = attack.perturb(scorer, input)) {
                check.accept(scorer, input, result);
                assertThat(x.toByteArray()).as("inputs").isEqualTo(before);
                assertThat(result.adversarial().getShape()).isEqualTo(shape);
                assertThat(result.adversarial().getDataType()).isEqualTo(DataType.FLOAT32);
            }
        }
    }

    /** Every third feature may not change, and every second has a unit of its own. */
    private static EpsilonBall ball(Norm norm, Shape shape) {
        int features = Math.toIntExact(shape.size() / shape.get(0));
        boolean[] mutable = new boolean[features];
        double[] scale = new double[features];
        for (int j = 0; j < features; j++) {
            mutable[j] = j % 3 != 1;
            scale[j] = j % 2 == 0 ? 1 : 0.5;
        }
        double epsilon =
                switch (norm) {
                    case LINF -> 0.2;
                    case L2 -> 0.5;
                    case L1 -> 1.5;
                };
        return EpsilonBall.builder()
                .setNorm(norm)
                .setEpsilon(epsilon)
                .optBounds(BOUND[0], BOUND[1])
                .optScale(scale)
                .optMutable(mutable)
                .build();
    }

    private static void requireInside(EpsilonBall ball, AttackInput input, AttackResult result) {
        float[] x = input.inputs().toFloatArray();
        float[] moved = result.adversarial().toFloatArray();
        int features = x.length / input.size();
        for (int i = 0; i < input.size(); i++) {
            double[] u = new double[features];
            for (int j = 0; j < features; j++) {
                int at = i * features + j;
                assertThat((double) moved[at]).isBetween(BOUND[0], BOUND[1]);
                if (!ball.mutable()[j]) {
                    assertThat(moved[at]).isEqualTo(x[at]);
                }
                u[j] = ((double) moved[at] - x[at]) / ball.scale()[j];
            }
            assertThat(RowTwins.norm(ball.norm(), u))
                    .isLessThanOrEqualTo(ball.epsilon() * (1 + 1e-5));
        }
    }

    /** What is not broken has a loss at least as high as without perturbation. */
    private static void requireGain(
            Attack attack, Scorer scorer, AttackInput input, AttackResult result) {
        if (!(attack instanceof RestartedAttack restarted)) {
            return;
        }
        try (AttackTask task = AttackTask.open(scorer, input, attack.ball());
                NDArray zero = task.zero();
                NDArray u = task.region().perturbation(result.adversarial(), task.manager())) {
            double[] before = task.query(zero, restarted.loss()).losses();
            double[] after = task.query(u, restarted.loss()).losses();
            for (int i = 0; i < before.length; i++) {
                if (!result.success()[i]) {
                    assertThat(after[i]).isGreaterThanOrEqualTo(before[i] - 1e-5);
                }
            }
        }
    }

    private static Predictions predict(Scorer scorer, NDArray x) {
        try (NDArray scores = scorer.score(x)) {
            return Predictions.of(scores);
        }
    }
}
