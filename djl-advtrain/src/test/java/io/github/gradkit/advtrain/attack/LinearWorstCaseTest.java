package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks on linear models of several classes reach the worst margin, which is known exactly. */
class LinearWorstCaseTest {

    private static final int CLASSES = 4;
    private static final int FEATURES = 6;
    private static final int EXAMPLES = 7;
    private static final double[][] WEIGHTS = TestNets.gaussian(1, CLASSES, FEATURES);
    private static final double[][] INPUTS = TestNets.gaussian(2, EXAMPLES, FEATURES);

    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (Norm norm : Norm.values()) {
            EpsilonBall ball = EpsilonBall.of(norm, 0.35);
            for (Attack attack :
                    List.of(
                            Apgd.builder()
                                    .setBall(ball)
                                    .optTargets(CLASSES)
                                    .optLoss(new Difference())
                                    .optEarlyStop(false)
                                    .build(),
                            Apgd.builder()
                                    .setBall(ball)
                                    .optLoss(StandardLoss.MARGIN)
                                    .optRestarts(25)
                                    .optEarlyStop(false)
                                    .build())) {
                cases.add(Arguments.of(attack.name(), norm, attack));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void worstMarginIsTheCleanOneMinusEpsilonTimesTheDualNorm(
            String name, Norm norm, Attack attack) {
        double[] found = margins(attack);

        for (int i = 0; i < EXAMPLES; i++) {
            assertThat(found[i]).isCloseTo(worst(norm, INPUTS[i], label(INPUTS[i])), within(1e-4));
        }
    }

    @Test
    void worstMarginInTheCubeIsThatOfItsWorstCorner() {
        double epsilon = 0.35;
        EpsilonBall ball = EpsilonBall.linf(epsilon).within(-1, 3);
        double[] found =
                margins(
                        Apgd.builder().setBall(ball).optTargets(3).optEarlyStop(false).build(),
                        clamped());

        for (int i = 0; i < EXAMPLES; i++) {
            double[] x = clamped()[i];
            double worst = Double.POSITIVE_INFINITY;
            for (int corner = 0; corner < 1 << FEATURES; corner++) {
                double[] moved = x.clone();
                for (int j = 0; j < FEATURES; j++) {
                    double change = (corner >> j & 1) == 0 ? epsilon : -epsilon;
                    moved[j] = Math.max(-1, Math.min(3, x[j] + change));
                }
                worst = Math.min(worst, margin(moved, label(x)));
            }
            assertThat(found[i]).isCloseTo(worst, within(1e-4));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
    void pgdCrossesTheCubeInTwoEpsilonOverAlphaSteps(long seed) {
        double alpha = 0.13;
        int steps = (int) Math.ceil(2 * 0.35 / alpha);
        double[][] binary = {WEIGHTS[0]};
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = TestNets.linear(manager, DataType.FLOAT32, binary);
            NDArray x = Boxes.matrix(manager, DataType.FLOAT32, INPUTS);
            Attack attack =
                    Pgd.builder()
                            .setBall(EpsilonBall.linf(0.35))
                            .optSteps(steps)
                            .optStepSize(alpha)
                            .optSeed(seed)
                            .optEarlyStop(false)
                            .build();
            try (BlockScorer scorer = BlockScorer.of(block);
                    NDArray adversarial =
                            attack.adversarial(scorer, AttackInput.of(x, new int[EXAMPLES]))) {
                for (int i = 0; i < EXAMPLES; i++) {
                    float[] row = adversarial.get(i).toFloatArray();
                    for (int j = 0; j < FEATURES; j++) {
                        double end = INPUTS[i][j] + 0.35 * Math.signum(WEIGHTS[0][j]);
                        assertThat((double) row[j]).isCloseTo(end, within(1e-6));
                    }
                }
            }
        }
    }

    /** Linear in the scores, so that each class has one maximum; that of DLR lies elsewhere. */
    private static final class Difference implements AttackLoss {
        @Override
        public String title() {
            return "difference";
        }

        @Override
        public NDArray evaluate(LossInput input) {
            NDArray targets = Objects.requireNonNull(input.targets());
            return input.scoreOf(targets).sub(input.scoreOf(input.labels()));
        }
    }

    private static double[][] clamped() {
        return Arrays.stream(INPUTS)
                .map(row -> Arrays.stream(row).map(v -> Math.max(-1, Math.min(3, v))).toArray())
                .toArray(double[][]::new);
    }

    private static double[] margins(Attack attack) {
        return margins(attack, INPUTS);
    }

    private static double[] margins(Attack attack, double[][] inputs) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = TestNets.linear(manager, DataType.FLOAT32, WEIGHTS);
            NDArray x = Boxes.matrix(manager, DataType.FLOAT32, inputs);
            int[] labels = Arrays.stream(inputs).mapToInt(LinearWorstCaseTest::label).toArray();
            try (BlockScorer scorer = BlockScorer.of(block);
                    AttackResult result = attack.perturb(scorer, AttackInput.of(x, labels))) {
                return result.margins();
            }
        }
    }

    private static double worst(Norm norm, double[] x, int label) {
        double worst = Double.POSITIVE_INFINITY;
        for (int c = 0; c < CLASSES; c++) {
            if (c != label) {
                double[] w = new double[FEATURES];
                for (int j = 0; j < FEATURES; j++) {
                    w[j] = WEIGHTS[label][j] - WEIGHTS[c][j];
                }
                worst = Math.min(worst, dot(w, x) - 0.35 * dual(norm, w));
            }
        }
        return worst;
    }

    private static double dual(Norm norm, double[] w) {
        return switch (norm) {
            case LINF -> Arrays.stream(w).map(Math::abs).sum();
            case L2 -> Math.sqrt(dot(w, w));
            case L1 -> Arrays.stream(w).map(Math::abs).max().orElseThrow();
        };
    }

    private static int label(double[] x) {
        int best = 0;
        for (int c = 1; c < CLASSES; c++) {
            best = dot(WEIGHTS[c], x) > dot(WEIGHTS[best], x) ? c : best;
        }
        return best;
    }

    private static double margin(double[] x, int label) {
        double other = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < CLASSES; c++) {
            other = c == label ? other : Math.max(other, dot(WEIGHTS[c], x));
        }
        return dot(WEIGHTS[label], x) - other;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += a[j] * b[j];
        }
        return sum;
    }
}
