package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayerGradientTest {

    private final NDManager manager = NDManager.newBaseManager();
    private final NDArray weight = manager.ones(new Shape(2, 2));

    LayerGradientTest() {
        weight.setRequiresGradient(true);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @EnumSource
    void writesWhatTheOptimizerReads(PackingPlace place) {
        backward(1, 2, 3, 4);
        LayerGradient gradient = LayerGradient.open("weight", weight, place, manager);
        assertThat(gradient.array().toFloatArray()).containsExactly(1, 2, 3, 4);
        assertThat(gradient.values().get(3)).isEqualTo(4);
        assertThat(gradient.canWrite(manager)).isTrue();
        gradient.write(new float[] {-0f, 7, Float.MIN_VALUE, 3}, manager);
        assertThat(weight.getGradient().toFloatArray()).containsExactly(-0f, 7, Float.MIN_VALUE, 3);
    }

    @ParameterizedTest
    @EnumSource
    void writesToAGradientOfZeros(PackingPlace place) {
        backward(0, -0f, 0, 0);
        LayerGradient gradient = LayerGradient.open("weight", weight, place, manager);
        assertThat(gradient.canWrite(manager)).isTrue();
        assertThat(weight.getGradient().toFloatArray()).containsExactly(0, -0f, 0, 0);
        gradient.write(new float[] {5, 6, 7, 8}, manager);
        assertThat(weight.getGradient().toFloatArray()).containsExactly(5, 6, 7, 8);
    }

    @ParameterizedTest
    @EnumSource
    void tellsThatAGradientWasNeverMade(PackingPlace place) {
        LayerGradient gradient = LayerGradient.open("weight", weight, place, manager);
        assertThat(gradient.array().toFloatArray()).containsOnly(0);
        assertThat(gradient.canWrite(manager)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void takesALayerWithoutValues(PackingPlace place) {
        NDArray empty = manager.create(new Shape(0));
        empty.setRequiresGradient(true);
        LayerGradient gradient = LayerGradient.open("empty", empty, place, manager);
        assertThat(gradient.values().limit()).isZero();
        assertThat(gradient.canWrite(manager)).isTrue();
        gradient.write(new float[0], manager);
    }

    private void backward(float... values) {
        try (GradientCollector collector = manager.getEngine().newGradientCollector();
                NDArray factors = manager.create(values, weight.getShape());
                NDArray loss = weight.mul(factors).sum()) {
            collector.backward(loss);
        }
    }
}
