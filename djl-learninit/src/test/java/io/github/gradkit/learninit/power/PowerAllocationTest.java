package io.github.gradkit.learninit.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.learninit.descent.Descent;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.descent.StepRule;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PowerAllocationTest {

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void valueIsMinusTheSumOfRates() {
        for (double noise : new double[] {1, 0.01}) {
            PowerAllocation problem = PowerAllocation.builder().setUsers(5).optNoise(noise).build();
            List<Channel> channels = ChannelGenerator.of(5, 3).next(20);
            NDArray powers = Solved.random(manager, 20, 5, 4);
            float[] values = problem.value(problem.known(manager, channels), powers).toFloatArray();
            float[] flat = powers.toFloatArray();
            for (int i = 0; i < 20; i++) {
                double rate = TextbookWmmse.sumRate(channels.get(i), row(flat, i, 5), noise);
                assertThat((double) values[i]).isCloseTo(-rate, within(1e-4));
            }
        }
    }

    @Test
    void weightsMultiplyTheRatesOfTheirUsers() {
        // No interference, so that the rates are log2(1 + 1) and log2(1 + 9 / 3).
        Channel channel = Channel.of(new double[][] {{Math.sqrt(3), 0}, {0, 3}});
        PowerAllocation problem =
                PowerAllocation.builder().setUsers(2).optNoise(3).optWeights(10, 0.5).build();
        NDArray value =
                problem.value(
                        problem.known(manager, List.of(channel)), manager.ones(new Shape(1, 2)));
        assertThat(value.getFloat()).isCloseTo(-11f, within(1e-5f));
    }

    @Test
    void gradientAgreesWithFiniteDifferences() {
        PowerAllocation problem = PowerAllocation.builder().setUsers(4).optNoise(0.1).build();
        List<Channel> channels = ChannelGenerator.of(4, 5).next(10);
        NDArray powers = Solved.random(manager, 10, 4, 6);
        float[] flat = powers.toFloatArray();
        float[] gradient = gradient(problem, problem.known(manager, channels), powers);
        double step = 1e-6;
        for (int i = 0; i < 10; i++) {
            for (int k = 0; k < 4; k++) {
                double[] up = row(flat, i, 4);
                double[] down = row(flat, i, 4);
                up[k] += step;
                down[k] -= step;
                double slope =
                        TextbookWmmse.sumRate(channels.get(i), up, 0.1)
                                - TextbookWmmse.sumRate(channels.get(i), down, 0.1);
                assertThat((double) gradient[i * 4 + k])
                        .isCloseTo(-slope / (2 * step), within(1e-3));
            }
        }
    }

    @Test
    void boxGoesFromZeroToTheMaximumPower() {
        PowerAllocation problem = PowerAllocation.builder().setUsers(2).optMaxPower(4).build();
        NDList known = problem.known(manager, ChannelGenerator.of(2, 1).next(2));
        NDArray outside = manager.create(new float[] {-1, 2, 3, 9}, new Shape(2, 2));
        assertThat(problem.feasible(known).project(outside).toFloatArray())
                .containsExactly(0, 2, 3, 4);
    }

    @Test
    void leavesNoArraysBehind() {
        PowerAllocation problem = PowerAllocation.builder().setUsers(3).build();
        NDList known = problem.known(manager, ChannelGenerator.of(3, 1).next(4));
        NDArray powers = Solved.random(manager, 4, 3, 2);
        int before = ArrayCounts.of(manager);
        for (int i = 0; i < 5; i++) {
            problem.value(known, powers).close();
        }
        assertThat(ArrayCounts.of(manager)).isEqualTo(before);
    }

    @Test
    void problemsWithOtherSettingsHaveOtherIdentities() {
        PowerAllocation.Builder builder = PowerAllocation.builder().setUsers(2);
        String plain = builder.build().identity();
        assertThat(builder.build().identity()).isEqualTo(plain);
        assertThat(builder.optNoise(0.5).build().identity()).isNotEqualTo(plain);
        assertThat(PowerAllocation.builder().setUsers(2).optWeights(1, 2).build().identity())
                .isNotEqualTo(plain);
    }

    @Test
    void descentReachesACornerOfTwoUsers() {
        PowerAllocation problem = PowerAllocation.builder().setUsers(2).optNoise(0.1).build();
        NDList known = problem.known(manager, ChannelGenerator.of(2, 9).next(20));
        NDArray start = Solved.random(manager, 20, 2, 1);
        Solver descent =
                Descent.builder().setStep(0.02).optRule(StepRule.adam()).optSteps(300).build();
        Solution solution = descent.solve(problem, known, start);
        float[] powers = solution.argument().toFloatArray();
        for (float power : powers) {
            assertThat(power * (1 - power)).isCloseTo(0, within(1e-4f));
        }
    }

    @Test
    void refusesBadSettings() {
        PowerAllocation.Builder builder = PowerAllocation.builder();
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("setUsers");
        assertThatThrownBy(() -> builder.setUsers(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.optNoise(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0.0");
        assertThatThrownBy(() -> builder.optMaxPower(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.optWeights(1, -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.setUsers(3).optWeights(1, 2).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("2 weights for 3 users");
    }

    @Test
    void refusesChannelsOfOtherUsers() {
        PowerAllocation problem = PowerAllocation.builder().setUsers(3).build();
        assertThatThrownBy(() -> problem.known(manager, ChannelGenerator.of(2, 1).next(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 2 users")
                .hasMessageContaining("has 3");
        assertThatThrownBy(() -> problem.known(manager, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private float[] gradient(PowerAllocation problem, NDList known, NDArray powers) {
        powers.setRequiresGradient(true);
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            collector.backward(problem.value(known, powers).sum());
            return powers.getGradient().toFloatArray();
        }
    }

    private static double[] row(float[] flat, int row, int width) {
        double[] numbers = new double[width];
        for (int k = 0; k < width; k++) {
            numbers[k] = flat[row * width + k];
        }
        return numbers;
    }
}
