package io.github.gradkit.support.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import io.github.gradkit.support.TestModels;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GradientIsolationTest {

    private Model model;
    private Block block;
    private NDManager manager;
    private Map<String, Parameter> parameters;

    @BeforeEach
    void open() {
        model = TestModels.network();
        block = model.getBlock();
        manager = NDManager.newBaseManager();
        parameters = ParameterPaths.of(block);
    }

    @AfterEach
    void close() {
        manager.close();
        model.close();
    }

    @Test
    void gradientsAndRunningStatisticsComeBack() {
        TestModels.backward(block, manager, 1);
        Map<String, String> gradients = TestModels.gradients(block);
        Map<String, String> values = TestModels.values(block);

        try (GradientIsolation isolation = GradientIsolation.of(block)) {
            assertThat(isolation).isNotNull();
            ParameterGradients.of(block).clear();
            TestModels.backward(block, manager, Float.NaN);
            assertThat(TestModels.gradients(block)).isNotEqualTo(gradients);
            assertThat(TestModels.values(block)).isNotEqualTo(values);
        }

        assertThat(TestModels.gradients(block)).isEqualTo(gradients);
        assertThat(TestModels.values(block)).isEqualTo(values);
    }

    @Test
    void everythingComesBackAfterAnException() {
        TestModels.backward(block, manager, 1);
        Map<String, String> gradients = TestModels.gradients(block);

        assertThatIllegalStateException()
                .isThrownBy(this::failInside)
                .withMessage("inside")
                .satisfies(e -> assertThat(e.getSuppressed()).isEmpty());

        assertThat(TestModels.gradients(block)).isEqualTo(gradients);
    }

    private void failInside() {
        try (GradientIsolation isolation = GradientIsolation.of(block)) {
            assertThat(isolation).isNotNull();
            TestModels.backward(block, manager, 2);
            parameters.get("01Linear_weight").freeze(true);
            throw new IllegalStateException("inside");
        }
    }

    @Test
    void flagsOfParametersAndArraysComeBackSeparately() {
        parameters.get("01Linear_weight").freeze(true);
        parameters.get("04Linear_bias").getArray().setRequiresGradient(false);

        try (GradientIsolation isolation = GradientIsolation.of(block)) {
            assertThat(isolation).isNotNull();
            parameters.values().forEach(parameter -> parameter.freeze(false));
            parameters.get("04Linear_weight").freeze(true);
        }

        assertThat(parameters.get("01Linear_weight").requiresGradient()).isFalse();
        assertThat(array("01Linear_weight").hasGradient()).isFalse();
        assertThat(parameters.get("04Linear_bias").requiresGradient()).isTrue();
        assertThat(array("04Linear_bias").hasGradient()).isFalse();
        assertThat(parameters.get("04Linear_weight").requiresGradient()).isTrue();
        assertThat(array("04Linear_weight").hasGradient()).isTrue();
        assertThat(parameters.get("02BatchNorm_runningMean").requiresGradient()).isFalse();
        assertThat(array("02BatchNorm_runningMean").hasGradient()).isFalse();
    }

    @Test
    void parameterUnfrozenInsideCarriesNoGradientOut() {
        Parameter weight = parameters.get("01Linear_weight");
        weight.freeze(true);

        try (GradientIsolation isolation = GradientIsolation.of(block)) {
            assertThat(isolation).isNotNull();
            weight.freeze(false);
            TestModels.backward(block, manager, 1);
            weight.freeze(true);
        }

        weight.freeze(false);
        assertThat(ParameterGradients.read(weight.getArray(), manager).abs().sum().getFloat())
                .isZero();
    }

    @Test
    void leftOverGradientOfFrozenParameterIsKept() {
        TestModels.backward(block, manager, 1);
        Parameter weight = parameters.get("01Linear_weight");
        String before = TestModels.bits(ParameterGradients.read(weight.getArray(), manager));
        weight.freeze(true);

        try (GradientIsolation isolation = GradientIsolation.of(block)) {
            assertThat(isolation).isNotNull();
            weight.freeze(false);
            TestModels.backward(block, manager, 3);
        }

        assertThat(weight.requiresGradient()).isFalse();
        weight.freeze(false);
        assertThat(TestModels.bits(ParameterGradients.read(weight.getArray(), manager)))
                .isEqualTo(before);
    }

    @Test
    void closingTwiceDoesNothingMore() {
        GradientIsolation isolation = GradientIsolation.of(block);
        isolation.close();
        TestModels.backward(block, manager, 1);
        Map<String, String> gradients = TestModels.gradients(block);

        isolation.close();

        assertThat(TestModels.gradients(block)).isEqualTo(gradients);
    }

    @Test
    void isolationsNest() {
        TestModels.backward(block, manager, 1);
        Map<String, String> outer = TestModels.gradients(block);
        try (GradientIsolation first = GradientIsolation.of(block)) {
            assertThat(first).isNotNull();
            TestModels.backward(block, manager, 2);
            Map<String, String> inner = TestModels.gradients(block);
            try (GradientIsolation second = GradientIsolation.of(block)) {
                assertThat(second).isNotNull();
                ParameterGradients.of(block).clear();
            }
            assertThat(TestModels.gradients(block)).isEqualTo(inner);
        }
        assertThat(TestModels.gradients(block)).isEqualTo(outer);
    }

    @Test
    void arrayClosedInsideIsNamedAndTheOthersAreRestored() {
        TestModels.backward(block, manager, 1);
        GradientIsolation isolation = GradientIsolation.of(block);
        ParameterGradients.of(block).clear();
        parameters.get("01Linear_weight").close();

        assertThatIllegalStateException()
                .isThrownBy(isolation::close)
                .withMessageContaining("01Linear_weight");
        assertThat(ParameterGradients.read(array("04Linear_bias"), manager).abs().sum().getFloat())
                .isPositive();
    }

    @Test
    void closingAfterTheModelIsHarmless() {
        GradientIsolation isolation = GradientIsolation.of(block);
        model.close();

        assertThatCode(isolation::close).doesNotThrowAnyException();
    }

    @Test
    void blockWithoutParametersIsIsolatedTrivially() {
        assertThatCode(() -> GradientIsolation.of(new SequentialBlock()).close())
                .doesNotThrowAnyException();
    }

    @Test
    void fiveHundredUsesLeaveNoArrayBehind() {
        TestModels.backward(block, manager, 1);
        parameters.get("01Linear_weight").freeze(true);
        int before = model.getNDManager().getManagedArrays().size();
        for (int i = 0; i < 500; i++) {
            try (GradientIsolation isolation = GradientIsolation.of(block)) {
                assertThat(isolation).isNotNull();
                ParameterGradients.of(block).clear();
            }
        }

        assertThat(model.getNDManager().getManagedArrays()).hasSize(before);
    }

    private NDArray array(String path) {
        return parameters.get(path).getArray();
    }
}
