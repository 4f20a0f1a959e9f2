package io.github.gradkit.support.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CollectorConstantsTest {

    private NDManager manager;
    private CollectorConstants constants;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        constants = CollectorConstants.of(manager);
    }

    @AfterEach
    void close() {
        constants.close();
        manager.close();
    }

    @Test
    void helpersComputeWhatTheirNamesSay() {
        NDArray x = manager.create(new float[] {-2, 4});

        assertThat(constants.mul(x, 3).toFloatArray()).containsExactly(-6, 12);
        assertThat(constants.div(x, 4).toFloatArray()).containsExactly(-0.5f, 1);
        assertThat(constants.add(x, 0.5).toFloatArray()).containsExactly(-1.5f, 4.5f);
        assertThat(constants.sub(x, 0.5).toFloatArray()).containsExactly(-2.5f, 3.5f);
        assertThat(constants.pow(x, 2).toFloatArray()).containsExactly(4, 16);
        assertThat(constants.maximum(x, 1).toFloatArray()).containsExactly(1, 4);
        assertThat(constants.minimum(x, 1).toFloatArray()).containsExactly(-2, 1);
    }

    @Test
    void gradientsOfHelpersAreRight() {
        assertThat(gradient(x -> constants.mul(x, 3))).containsExactly(3, 3);
        assertThat(gradient(x -> constants.div(x, 4))).containsExactly(0.25f, 0.25f);
        assertThat(gradient(x -> constants.add(x, 9))).containsExactly(1, 1);
        assertThat(gradient(x -> constants.sub(x, 9))).containsExactly(1, 1);
        assertThat(gradient(x -> constants.pow(x, 3))).containsExactly(12, 48);
        assertThat(gradient(x -> constants.maximum(x, 3))).containsExactly(0, 1);
        assertThat(gradient(x -> constants.minimum(x, 3))).containsExactly(1, 0);
        assertThat(gradient(x -> constants.maximum(x, 4))).containsExactly(0, 0.5f);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT16", "FLOAT32", "FLOAT64", "INT32", "INT64", "INT8", "UINT8"})
    void resultKeepsTheTypeAndManagerOfTheArray(DataType type) {
        try (NDManager own = manager.newSubManager()) {
            NDArray x = own.ones(new Shape(3), type);

            NDArray result = constants.add(x, 2);

            assertThat(result.getDataType()).isEqualTo(type);
            assertThat(result.getManager()).isSameAs(own);
            assertThat(result.toType(DataType.FLOAT32, true).toFloatArray())
                    .containsExactly(3, 3, 3);
        }
    }

    @Test
    void doubleKeepsItsPrecision() {
        assertThat(constants.scalar(0.1, DataType.FLOAT64).getDouble()).isEqualTo(0.1);
        assertThat(constants.scalar(0x1p53, DataType.FLOAT64).getDouble()).isEqualTo(0x1p53);
    }

    @Test
    void constantIsMadeOncePerValueAndType() {
        NDArray one = constants.scalar(1, DataType.FLOAT32);

        assertThat(constants.scalar(1, DataType.FLOAT32)).isSameAs(one);
        assertThat(constants.scalar(1, DataType.FLOAT64)).isNotSameAs(one);
        assertThat(constants.scalar(2, DataType.FLOAT32)).isNotSameAs(one);
        NDArray nan = constants.scalar(Double.NaN, DataType.FLOAT32);
        assertThat(constants.scalar(Double.NaN, DataType.FLOAT32)).isSameAs(nan);
        assertThat(constants.scalar(-0.0, DataType.FLOAT32).getFloat()).isEqualTo(-0f);
        assertThat(constants.scalar(0.0, DataType.FLOAT32).getFloat()).isEqualTo(0f);
        assertThat(manager.getManagedArrays()).hasSize(6);
    }

    @Test
    void valueThatAnIntegerCannotHoldIsRejected() {
        NDArray x = manager.ones(new Shape(1), DataType.INT32);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> constants.mul(x, 0.5))
                .withMessageContaining("0.5")
                .withMessageContaining("int32");
        refuse(256, DataType.UINT8);
        refuse(-1, DataType.UINT8);
        refuse(128, DataType.INT8);
        refuse(0x1p31, DataType.INT32);
        refuse(0x1p60, DataType.INT64);
        refuse(Double.NaN, DataType.INT64);
        refuse(1, DataType.BOOLEAN);
        assertThat(constants.scalar(-128, DataType.INT8).toByteArray()).containsExactly(-128);
        assertThat(constants.scalar(-0x1p31, DataType.INT32).getInt()).isEqualTo(Integer.MIN_VALUE);
    }

    private void refuse(double value, DataType type) {
        assertThatIllegalArgumentException().isThrownBy(() -> constants.scalar(value, type));
    }

    @Test
    void closedConstantsSaySo() {
        constants.close();
        constants.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> constants.scalar(1, DataType.FLOAT32))
                .withMessageContaining("closed");
    }

    @Test
    void fiveHundredUsesLeaveNoArrayBehind() {
        NDArray x = manager.ones(new Shape(2));
        int before = manager.getManagedArrays().size();
        for (int i = 0; i < 500; i++) {
            try (CollectorConstants some = CollectorConstants.of(manager)) {
                some.mul(x, i).close();
                some.pow(x, 2).close();
            }
        }

        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    private float[] gradient(UnaryOperator<NDArray> function) {
        NDArray x = manager.create(new float[] {2, 4});
        x.setRequiresGradient(true);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(function.apply(x).sum());
        }
        return ParameterGradients.read(x, manager).toFloatArray();
    }
}
