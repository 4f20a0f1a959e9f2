package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Steps for whoever has gradients of their own. */
class BallWalkTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray rows(float... values) {
        return manager.create(values, new Shape(1, values.length));
    }

    @Test
    void stepsOfTheCubeAreSignsCutAtBallAndBounds() {
        NDArray x = rows(0.5f, 0.5f, 0.9f, 0.5f);
        try (BallWalk walk = BallWalk.of(EpsilonBall.linf(0.25).within(0, 1), x)) {
            NDArray once = walk.step(walk.zero(), rows(3, -1e-20f, 1, 0), 0.2);
            NDArray twice = walk.step(once, rows(1, 1, 1, Float.NaN), 0.2);

            assertThat(once.toFloatArray())
                    .containsExactly(new float[] {.2f, -.2f, .1f, 0}, within(1e-7f));
            assertThat(twice.toFloatArray())
                    .containsExactly(new float[] {.25f, 0, .1f, 0}, within(1e-7f));
            assertThat(walk.inputs(twice).toFloatArray())
                    .containsExactly(new float[] {.75f, .5f, 1, .5f}, within(1e-7f));
        }
    }

    @Test
    void stepsOfOtherNormsHaveTheirLengthInUnitsOfTheScale() {
        EpsilonBall.Builder ball =
                EpsilonBall.builder().setEpsilon(10).optScale(new double[] {1, 2, 0});
        NDArray gradient = rows(3, 2, 7);
        try (BallWalk walk = BallWalk.of(ball.setNorm(Norm.L2).build(), rows(0, 0, 0))) {
            // In units of the scale the gradient is (3, 4), and the third feature is out of reach.
            NDArray moved = walk.step(walk.zero(), gradient, 5);
            assertThat(moved.toFloatArray()).containsExactly(new float[] {3, 4, 0}, within(1e-6f));
            assertThat(walk.inputs(moved).toFloatArray())
                    .containsExactly(new float[] {3, 8, 0}, within(1e-6f));
        }
        try (BallWalk walk = BallWalk.of(ball.setNorm(Norm.L1).build(), rows(0, 0, 0))) {
            assertThat(walk.step(walk.zero(), gradient, 5).toFloatArray()).containsExactly(0, 5, 0);
        }
    }

    @Test
    void projectionBringsPerturbationsOfOthersBack() {
        NDArray image = manager.create(new float[] {.5f, .5f, .5f, .5f}, new Shape(1, 1, 2, 2));
        try (BallWalk walk = BallWalk.of(EpsilonBall.l2(1), image)) {
            NDArray projected = walk.project(rows(3, 0, -4, 0));

            assertThat(projected.toFloatArray())
                    .containsExactly(new float[] {.6f, 0, -.8f, 0}, within(1e-6f));
            assertThat(walk.inputs(projected).getShape()).isEqualTo(new Shape(1, 1, 2, 2));
        }
    }

    @Test
    void closingFreesAllButTheResults() {
        NDArray x = rows(0.5f, 0.5f);
        NDArray gradient = rows(1, -1);
        int before = manager.getManagedArrays().size();
        BallWalk walk = BallWalk.of(EpsilonBall.linf(0.1).within(0, 1), x);
        for (int i = 0; i < 3; i++) {
            try (NDArray start = walk.zero();
                    NDArray moved = walk.step(start, gradient, 0.1);
                    NDArray inputs = walk.inputs(moved)) {
                assertThat(inputs.toFloatArray()).doesNotContain(0.5f);
            }
        }
        walk.close();
        walk.close();

        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void inputsThatAreOutOfBoundsAreRefusedAndNothingIsLeft() {
        NDArray x = rows(0.5f, 1.5f);
        int before = manager.getManagedArrays().size();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BallWalk.of(EpsilonBall.linf(0.1).within(0, 1), x))
                .withMessageContaining("out of the bounds");
        assertThat(manager.getManagedArrays()).hasSize(before);
    }
}
