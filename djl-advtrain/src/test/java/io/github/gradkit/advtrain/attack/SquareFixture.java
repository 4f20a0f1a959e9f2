package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;

/** A linear model of one logit, and inputs in the middle of their range. */
abstract class SquareFixture {

    static final double[] SLOPE = {0.5, -1, 2, 0.1, 0.25, -0.7, 1.5, -0.3, 0.9, -1.2};

    final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    static Square.Builder square(EpsilonBall ball, int queries) {
        return Square.builder().setBall(ball).optQueries(queries);
    }

    static Consumer<double[]> allNear(double expected) {
        return margins ->
                assertThat(Arrays.stream(margins).boxed())
                        .allSatisfy(m -> assertThat(m).isCloseTo(expected, within(1e-5)));
    }

    NDArray halves(int batch) {
        float[] values = new float[batch * SLOPE.length];
        Arrays.fill(values, 0.5f);
        return manager.create(values, new Shape(batch, SLOPE.length));
    }

    /** One logit: the label 1 has a margin of 10 plus the slope times x. */
    static LinearScorer robust() {
        return new LinearScorer(new double[][] {SLOPE}, 10);
    }
}
