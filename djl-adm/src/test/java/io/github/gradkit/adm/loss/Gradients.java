package io.github.gradkit.adm.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import io.github.gradkit.support.gradient.ParameterGradients;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Gradients of losses, and what they should be. */
final class Gradients {

    private static final double STEP = 1e-5;

    private Gradients() {}

    static double[] of(UnaryOperator<NDArray> loss, NDArray scores) {
        return of(loss, scores, () -> {});
    }

    /** Runs something between the forward and the backward pass. */
    static double[] of(UnaryOperator<NDArray> loss, NDArray scores, Runnable between) {
        try (NDManager manager = scores.getManager().newSubManager()) {
            NDArray leaf = scores.duplicate();
            leaf.attach(manager);
            leaf.setRequiresGradient(true);
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray value = loss.apply(leaf);
                between.run();
                collector.backward(value);
            }
            return doubles(ParameterGradients.read(leaf, manager));
        }
    }

    static double value(UnaryOperator<NDArray> loss, NDArray scores) {
        try (NDArray value = loss.apply(scores)) {
            assertThat(value.getShape().dimension()).isZero();
            assertThat(value.getDataType()).isEqualTo(scores.getDataType());
            return value.toArray()[0].doubleValue();
        }
    }

    static double[] doubles(NDArray array) {
        try (NDArray typed = array.toType(DataType.FLOAT64, true)) {
            return typed.toDoubleArray();
        }
    }

    /** Compares with central differences: in double to 1e-6 of the largest, in float to 1e-2. */
    static void assertMatchDifferences(UnaryOperator<NDArray> loss, NDArray doubleScores) {
        double[] wanted = differences(loss, doubleScores);
        double largest = 0;
        for (double value : wanted) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(largest).isPositive();
        double[] inDouble = of(loss, doubleScores);
        double[] inFloat = of(loss, doubleScores.toType(DataType.FLOAT32, true));
        for (int i = 0; i < wanted.length; i++) {
            assertThat(inDouble[i]).isCloseTo(wanted[i], within(1e-6 * largest));
            assertThat(inFloat[i]).isCloseTo(wanted[i], within(1e-2 * largest));
        }
    }

    private static double[] differences(UnaryOperator<NDArray> loss, NDArray scores) {
        double[] at = scores.toDoubleArray();
        double[] result = new double[at.length];
        for (int i = 0; i < at.length; i++) {
            result[i] = (moved(loss, scores, i, STEP) - moved(loss, scores, i, -STEP)) / (2 * STEP);
        }
        return result;
    }

    private static double moved(UnaryOperator<NDArray> loss, NDArray scores, int place, double by) {
        double[] at = scores.toDoubleArray();
        at[place] += by;
        try (NDArray changed = scores.getManager().create(at, scores.getShape())) {
            return value(loss, changed);
        }
    }

    /** Lets the collector release what it can, and fills released memory with other numbers. */
    static void collectGarbage() {
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            System.gc();
            for (int i = 0; i < 2000; i++) {
                // As large as numbers, and as the arrays of small batches.
                ByteBuffer buffer = ByteBuffer.allocateDirect(i % 4 == 3 ? 512 : 4 + i % 4 * 4);
                FloatBuffer floats = buffer.order(ByteOrder.nativeOrder()).asFloatBuffer();
                while (floats.hasRemaining()) {
                    floats.put(-1234.5f);
                }
                buffers.add(buffer);
            }
        }
        assertThat(buffers).isNotEmpty();
    }
}
