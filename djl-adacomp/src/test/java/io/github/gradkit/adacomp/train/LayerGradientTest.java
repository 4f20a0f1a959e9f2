package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The view and the copy of a gradient behave alike. */
class LayerGradientTest {

    private final NDManager manager = NDManager.newBaseManager();
    private final NDArray weight = manager.create(new float[] {1, -2, 0, 4}, new Shape(2, 2));

    LayerGradientTest() {
        weight.setRequiresGradient(true);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    static Stream<Arguments> ways() {
        BiFunction<NDArray, NDManager, LayerGradient> view = LayerGradient::open;
        BiFunction<NDArray, NDManager, LayerGradient> copy = LayerGradient::copy;
        return Stream.of(Arguments.of(view), Arguments.of(copy));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void readsAndWritesTheGradient(BiFunction<NDArray, NDManager, LayerGradient> way) {
        backward();
        LayerGradient gradient = way.apply(weight, manager);
        float[] read = new float[4];
        gradient.values().get(0, read);
        assertThat(read).containsExactly(2, -4, 0, 8);
        assertThat(gradient.canWrite(manager)).isTrue();
        gradient.write(new float[] {-0f, 7, Float.MIN_VALUE, 3}, manager);
        assertThat(weight.getGradient().toFloatArray()).containsExactly(-0f, 7, Float.MIN_VALUE, 3);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void zerosThatTorchHoldsCanBeWritten(BiFunction<NDArray, NDManager, LayerGradient> way) {
        backward();
        LayerGradient.open(weight, manager).write(new float[] {0, -0f, 0, 0}, manager);
        LayerGradient gradient = way.apply(weight, manager);
        assertThat(gradient.canWrite(manager)).isTrue();
        assertThat(weight.getGradient().toFloatArray()).containsExactly(0, -0f, 0, 0);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aGradientThatWasNeverMadeReadsAsZeros(BiFunction<NDArray, NDManager, LayerGradient> way) {
        LayerGradient gradient = way.apply(weight, manager);
        float[] read = {1, 1, 1, 1};
        gradient.values().get(0, read);
        assertThat(read).containsExactly(0, 0, 0, 0);
        assertThat(gradient.canWrite(manager)).isFalse();
    }

    private void backward() {
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(weight.square().sum());
        }
    }
}
