package io.github.gradkit.learninit.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Norm;
import io.github.gradkit.advtrain.attack.PerturbationStart;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.advtrain.attack.Scorer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The starts a learned one is compared with, and the comparison. */
class BaselineStartTest {

    private static final int EXAMPLES = 12;

    private final Attacked attacked = Attacked.network();
    private final NDArray inputs = attacked.inputs(EXAMPLES, 3);
    private final int[] labels = Attacked.labels(EXAMPLES, 3);

    @AfterEach
    void close() {
        attacked.close();
    }

    @Test
    void theClassMeanIsTheMeanOfTheClass() {
        ClassMeanStart start = new ClassMeanStart();
        NDArray first = attacked.inputs(4, 7).mul(0.1f);
        NDArray second = attacked.inputs(2, 9).mul(0.1f);
        start.add(new int[] {0, 1, 0, 0}, first);
        start.add(new int[] {0, 1}, second);
        float[] a = first.toFloatArray();
        float[] b = second.toFloatArray();

        float[] proposed = attacked.proposal(start, inputs, labels);
        float[] uniform = attacked.proposal(PerturbationStart.uniform(), inputs, labels);
        for (int i = 0; i < proposed.length; i++) {
            int j = i % 6;
            double expected =
                    switch (labels[i / 6]) {
                        case 0 -> (a[j] + a[12 + j] + a[18 + j] + (double) b[j]) / 4;
                        case 1 -> (a[6 + j] + (double) b[6 + j]) / 2;
                        // Never attacked before.
                        default -> uniform[i];
                    };
            assertThat(proposed[i]).isCloseTo((float) expected, within(1e-6f));
        }
    }

    @Test
    void theClassMeanLearnsFromAttacksForTrainingAndRestartsUniformly() {
        ClassMeanStart learning = new ClassMeanStart();
        ClassMeanStart told = new ClassMeanStart();
        Pgd attack = Pgd.builder().setBall(Attacked.BALL).optSteps(3).optStart(learning).build();
        try (NDArray end = attack.adversarial(attacked.scorer, AttackInput.of(inputs, labels))) {
            told.add(labels, end.sub(inputs));
        }
        List<float[]> proposed = attacked.proposals(learning, Attacked.BALL, inputs, labels, 2);
        float[] expected = attacked.proposal(told, inputs, labels);
        for (int i = 0; i < expected.length; i++) {
            assertThat(proposed.get(0)[i]).isCloseTo(expected[i], within(1e-6f));
        }
        assertThat(proposed.get(1))
                .isEqualTo(
                        attacked.proposals(
                                        PerturbationStart.uniform(),
                                        Attacked.BALL,
                                        inputs,
                                        labels,
                                        2)
                                .get(1));
    }

    @Test
    void theClassMeanRefusesOtherInputs() {
        ClassMeanStart start = new ClassMeanStart();
        start.add(labels, inputs);
        NDArray wide = attacked.manager.zeros(new Shape(EXAMPLES, 7));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start.add(labels, wide))
                .withMessageContaining("7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start.add(new int[2], inputs))
                .withMessageContaining("a change for each label");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start.add(new int[0], inputs))
                .withMessageContaining("0 labels");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void aLogitDirectionCostsItsGradients(int steps) {
        LogitDirectionStart start = new LogitDirectionStart(steps);
        CountingScorer counting = new CountingScorer(attacked.scorer);
        Pgd attack = Pgd.builder().setBall(Attacked.BALL).optSteps(3).optStart(start).build();
        attack.adversarial(counting, AttackInput.of(inputs, labels)).close();
        assertThat(counting.gradients()).isEqualTo((steps + 3L) * EXAMPLES);
        assertThat(start.gradients()).isEqualTo(steps);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LINF", "L2"})
    void aLogitDirectionStaysInTheBallAndDrawsAnewInRestarts(String norm) {
        EpsilonBall ball = EpsilonBall.of(Norm.valueOf(norm), 0.2).within(0, 1);
        LogitDirectionStart start = new LogitDirectionStart(2);
        List<float[]> proposed = attacked.proposals(start, ball, inputs, labels, 2);
        float[] x = inputs.toFloatArray();
        for (float[] change : proposed) {
            for (int row = 0; row < EXAMPLES; row++) {
                double length = 0;
                for (int i = 6 * row; i < 6 * row + 6; i++) {
                    length =
                            norm.equals("L2")
                                    ? Math.hypot(length, change[i])
                                    : Math.max(length, Math.abs(change[i]));
                    assertThat(x[i] + change[i]).isBetween(-1e-6f, 1 + 1e-6f);
                }
                assertThat(length).isLessThanOrEqualTo(0.2 * (1 + 1e-5));
            }
        }
        assertThat(proposed.get(0)).isNotEqualTo(proposed.get(1));
        assertThat(attacked.proposals(start, ball, inputs, labels, 2).get(1))
                .isEqualTo(proposed.get(1));
    }

    @Test
    void aLogitDirectionDependsOnTheExampleAndNotOnItsBatch() {
        LogitDirectionStart start = new LogitDirectionStart(2);
        float[] all = attacked.proposal(start, inputs, labels);
        NDArray half = inputs.get("0:6");
        float[] some = attacked.proposal(start, half, Arrays.copyOf(labels, 6));
        for (int i = 0; i < some.length; i++) {
            assertThat(some[i]).isCloseTo(all[i], within(1e-6f));
        }
    }

    @Test
    void aLogitDirectionLeavesNothingBehind() {
        LogitDirectionStart start = new LogitDirectionStart(2);
        attacked.proposal(start, inputs, labels);
        int before = attacked.arrays();
        for (int i = 0; i < 20; i++) {
            attacked.proposal(start, inputs, labels);
        }
        assertThat(attacked.arrays()).isEqualTo(before);
    }

    @Test
    void aLogitDirectionNeedsGradientsAndSteps() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LogitDirectionStart(0));
        Scorer blind = attacked.scorer::score;
        Pgd attack =
                Pgd.builder().setBall(Attacked.BALL).optStart(new LogitDirectionStart(1)).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> attack.adversarial(blind, AttackInput.of(inputs, labels)));
        EpsilonBall scaled =
                EpsilonBall.builder()
                        .setNorm(Norm.LINF)
                        .setEpsilon(0.1)
                        .optScale(new double[] {1, 2, 1, 1, 1, 1})
                        .build();
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                attacked.proposals(
                                        new LogitDirectionStart(1), scaled, inputs, labels, 1))
                .withMessageContaining("scale");
    }

    @Test
    void theComparisonCountsGradientsAndMeasuresTheLossReached() {
        StartComparison comparison =
                new StartComparison(
                        attacked.scorer, AttackInput.of(inputs, labels), Attacked.BALL, 4);
        StartComparison.Entry zero = comparison.measure(PerturbationStart.zero(), 3);
        assertThat(zero.steps()).isEqualTo(3);
        assertThat(zero.gradients()).isEqualTo(3);
        assertThat(comparison.measure(new LogitDirectionStart(2), 3).gradients()).isEqualTo(5);
        try (LearnedStart start = Attacked.start().build()) {
            assertThat(comparison.measure(start, 1).gradients()).isEqualTo(1);
        }
        Pgd attack =
                Pgd.builder()
                        .setBall(Attacked.BALL)
                        .optSteps(3)
                        .optStepSize(0.2 * 2.5 / 3)
                        .optStart(PerturbationStart.zero())
                        .optEarlyStop(false)
                        .build();
        try (var result = attack.perturb(attacked.scorer, AttackInput.of(inputs, labels))) {
            float[] log = attacked.scorer.score(result.adversarial()).logSoftmax(1).toFloatArray();
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < EXAMPLES; i++) {
                double loss = -log[3 * i + labels[i]];
                sum += loss;
                squares += loss * loss;
            }
            double mean = sum / EXAMPLES;
            assertThat(zero.loss()).isCloseTo(mean, within(1e-5));
            assertThat(zero.lossDeviation())
                    .isCloseTo(Math.sqrt(squares / EXAMPLES - mean * mean), within(1e-4));
            assertThat(zero.success()).isEqualTo((double) result.successCount() / EXAMPLES);
        }
    }

    @Test
    void theComparisonLeavesNothingBehind() {
        StartComparison comparison =
                new StartComparison(
                        attacked.scorer, AttackInput.of(inputs, labels), Attacked.BALL, 4);
        comparison.measure(PerturbationStart.uniform(), 2);
        int before = attacked.arrays();
        comparison.measure(PerturbationStart.uniform(), 2);
        assertThat(attacked.arrays()).isEqualTo(before);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> comparison.measure(PerturbationStart.zero(), 0));
    }
}
