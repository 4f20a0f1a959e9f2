package io.github.gradkit.support.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import io.github.gradkit.support.TestModels;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ParameterGradientsTest {

    private Model model;
    private Block block;
    private NDManager manager;

    @BeforeEach
    void open() {
        model = TestModels.network();
        block = model.getBlock();
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
        model.close();
    }

    @Test
    void readsCopiesNamedByPathInOrder() {
        TestModels.backward(block, manager, 1);
        Map<String, String> expected = TestModels.gradients(block);

        NDList read = ParameterGradients.of(block).read(manager);

        assertThat(read).extracting(NDArray::getName).containsExactlyElementsOf(expected.keySet());
        assertThat(read).extracting(TestModels::bits).containsExactlyElementsOf(expected.values());
        assertThat(read).allMatch(array -> array.getManager() == manager);
        read.head().addi(1);
        assertThat(TestModels.gradients(block)).isEqualTo(expected);
    }

    @Test
    void frozenParametersAndRunningStatisticsAreLeftOut() {
        ParameterPaths.of(block).get("04Linear_weight").freeze(true);

        assertThat(ParameterGradients.of(block).paths())
                .containsExactly(
                        "01Linear_weight",
                        "01Linear_bias",
                        "02BatchNorm_gamma",
                        "02BatchNorm_beta",
                        "04Linear_bias");
    }

    @Test
    void gradientIsZeroBeforeAnyBackwardPass() {
        NDList read = ParameterGradients.of(block).read(manager);

        assertThat(read).allMatch(array -> array.abs().sum().getFloat() == 0);
    }

    @Test
    void missingGradientHasTheTypeOfItsArray() {
        NDArray array = manager.ones(new Shape(2), DataType.FLOAT64);
        array.setRequiresGradient(true);

        assertThat(ParameterGradients.read(array, manager).getDataType())
                .isEqualTo(DataType.FLOAT64);
    }

    @Test
    void scalarAndEmptyArraysAreReadAndCleared() {
        NDArray scalar = manager.create(3f);
        NDArray empty = manager.create(new Shape(0, 2));
        for (NDArray array : new NDArray[] {scalar, empty}) {
            array.setRequiresGradient(true);
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                collector.backward(array.square().sum());
            }
        }
        assertThat(ParameterGradients.read(scalar, manager).getFloat()).isEqualTo(6);
        assertThat(ParameterGradients.read(empty, manager).getShape()).isEqualTo(new Shape(0, 2));

        assertThat(ParameterGradients.anyNonZero(scalar)).isTrue();
        assertThat(ParameterGradients.anyNonZero(empty)).isFalse();

        ParameterGradients.clear(scalar);
        assertThat(ParameterGradients.anyNonZero(scalar)).isFalse();
        ParameterGradients.clear(empty);

        assertThat(ParameterGradients.read(scalar, manager).getFloat()).isZero();
    }

    @Test
    void clearRemovesNanAndInfinity() {
        TestModels.backward(block, manager, Float.NaN);
        TestModels.backward(block, manager, Float.POSITIVE_INFINITY);
        assertThat(ParameterGradients.of(block).read(manager))
                .allMatch(array -> Float.isNaN(array.sum().getFloat()));

        ParameterGradients.of(block).clear();

        assertThat(ParameterGradients.of(block).read(manager))
                .allMatch(array -> array.abs().sum().getFloat() == 0);
    }

    @Test
    void restorePutsGradientsBackBitForBit() {
        TestModels.backward(block, manager, 1);
        ParameterGradients gradients = ParameterGradients.of(block);
        Map<String, String> before = TestModels.gradients(block);
        NDList saved = gradients.read(manager);
        TestModels.backward(block, manager, Float.NaN);
        assertThat(TestModels.gradients(block)).isNotEqualTo(before);

        gradients.restore(saved);
        saved.close();

        assertThat(TestModels.gradients(block)).isEqualTo(before);
    }

    @Test
    void nanAndNegativeZeroAreRestored() {
        NDArray array = manager.ones(new Shape(3));
        array.setRequiresGradient(true);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(array.sum());
        }
        try (NDArray odd = manager.create(new float[] {-0f, Float.NaN, Float.MIN_VALUE})) {
            assertThat(GradientStorage.write(array, odd)).isTrue();
            assertThat(TestModels.bits(ParameterGradients.read(array, manager)))
                    .isEqualTo(TestModels.bits(odd));
        }
    }

    @Test
    void restoringWhereNoGradientWasMadeIsRejected() {
        TestModels.backward(block, manager, 1);
        NDList saved = ParameterGradients.of(block).read(manager);
        try (Model fresh = TestModels.network()) {
            ParameterGradients gradients = ParameterGradients.of(fresh.getBlock());

            assertThatIllegalStateException()
                    .isThrownBy(() -> gradients.restore(saved))
                    .withMessageContaining("01Linear_weight")
                    .withMessageContaining("backward");
        }
    }

    @Test
    void restoringGradientsOfAnotherModelIsRejected() {
        ParameterGradients gradients = ParameterGradients.of(block);
        NDList saved = gradients.read(manager);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> gradients.restore(new NDList(saved.head())))
                .withMessageContaining("6 parameters")
                .withMessageContaining("1 gradients");
        saved.set(1, manager.zeros(new Shape(77)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gradients.restore(saved))
                .withMessageContaining("01Linear_bias")
                .withMessageContaining("(77)");
    }

    @Test
    void arrayThatCollectsNoGradientIsNamed() {
        Parameter weight = ParameterPaths.of(block).get("01Linear_weight");
        weight.getArray().setRequiresGradient(false);

        assertThatIllegalStateException()
                .isThrownBy(() -> ParameterGradients.of(block))
                .withMessageContaining("01Linear_weight")
                .withMessageContaining("freeze(false)");
    }

    @Test
    void closedManagerLeavesNothingBehind() {
        NDManager closed = manager.newSubManager();
        closed.close();
        int before = model.getNDManager().getManagedArrays().size();

        assertThatThrownBy(() -> ParameterGradients.of(block).read(closed))
                .isInstanceOf(IllegalStateException.class);
        assertThat(model.getNDManager().getManagedArrays()).hasSize(before);
    }

    @Test
    void fiveHundredUsesLeaveNoArrayBehind() {
        TestModels.backward(block, manager, 1);
        NDArray array = ParameterPaths.of(block).get("01Linear_weight").getArray();
        int before = model.getNDManager().getManagedArrays().size();
        int ours = manager.getManagedArrays().size();
        for (int i = 0; i < 500; i++) {
            ParameterGradients gradients = ParameterGradients.of(block);
            try (NDList saved = gradients.read(manager)) {
                gradients.clear();
                gradients.restore(saved);
            }
            ParameterGradients.read(array, manager).close();
            ParameterGradients.clear(array);
        }

        assertThat(model.getNDManager().getManagedArrays()).hasSize(before);
        assertThat(manager.getManagedArrays()).hasSize(ours);
    }
}
