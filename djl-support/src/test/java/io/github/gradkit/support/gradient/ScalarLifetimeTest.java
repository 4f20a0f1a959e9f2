package io.github.gradkit.support.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Shows the fault that {@link CollectorConstants} is there for, and that it is free of it. */
class ScalarLifetimeTest {

    private static final int TRIES = 60;

    @Test
    void djlScalarIsLostToTheGarbageCollector() {
        try (NDManager manager = NDManager.newBaseManager()) {
            int wrong = 0;
            for (int i = 0; i < TRIES && wrong == 0; i++) {
                wrong += isSeven(manager, x -> x.mul(7f)) ? 0 : 1;
            }

            assertThat(wrong).as("DJL seems mended: the helper may be retired").isPositive();
        }
    }

    @Test
    void collectorConstantSurvivesTheGarbageCollector() {
        try (NDManager manager = NDManager.newBaseManager()) {
            for (int i = 0; i < TRIES; i++) {
                try (CollectorConstants constants = CollectorConstants.of(manager)) {
                    assertThat(isSeven(manager, x -> constants.mul(x, 7))).isTrue();
                }
            }
        }
    }

    private static boolean isSeven(NDManager parent, UnaryOperator<NDArray> timesSeven) {
        try (NDManager manager = parent.newSubManager();
                GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray x = manager.ones(new Shape(3));
            x.setRequiresGradient(true);
            NDArray sum = timesSeven.apply(x).sum();
            List<ByteBuffer> reused = collectAndReuse();
            collector.backward(sum);
            assertThat(reused).isNotEmpty();
            for (float value : ParameterGradients.read(x, manager).toFloatArray()) {
                if (value != 7) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Lets the collector release what it can, and fills released memory with other numbers. */
    private static List<ByteBuffer> collectAndReuse() {
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            System.gc();
            for (int i = 0; i < 2000; i++) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(4 + i % 3 * 4);
                buffer.order(ByteOrder.nativeOrder()).putFloat(0, -1234.5f);
                buffers.add(buffer);
            }
        }
        return buffers;
    }
}
