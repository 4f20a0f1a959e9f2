package io.github.gradkit.learninit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClosingAdamTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void stepsAsTheAdamOfTheLibraryDoes() {
        NDArray mine = weight();
        NDArray expected = weight();
        NDArray gradient = manager.create(new float[] {1, -2, 0.5f});
        Adam plain =
                Adam.builder()
                        .optLearningRateTracker(
                                Tracker.cosine()
                                        .setBaseValue(0.1f)
                                        .optFinalValue(0.01f)
                                        .setMaxUpdates(4)
                                        .build())
                        .build();
        try (ClosingAdam adam = ClosingAdam.falling(0.1f, 0.01f, 4)) {
            for (int i = 0; i < 4; i++) {
                adam.update("w", mine, gradient);
                plain.update("w", expected, gradient);
            }
            assertThat(adam.remembered()).hasSize(2);
        }
        assertThat(mine.toFloatArray()).containsExactly(expected.toFloatArray());
    }

    @Test
    void keepsToARateAndFreesWhatItRemembers() {
        NDArray mine = weight();
        NDArray expected = weight();
        NDArray gradient = manager.create(new float[] {1, -2, 0.5f});
        Adam plain = Adam.builder().optLearningRateTracker(Tracker.fixed(0.1f)).build();
        ClosingAdam adam = ClosingAdam.fixed(0.1f);
        for (int i = 0; i < 3; i++) {
            adam.update("w", mine, gradient);
            plain.update("w", expected, gradient);
        }
        List<NDArray> remembered = adam.remembered();
        adam.close();
        assertThat(remembered).hasSize(2).allSatisfy(ClosingAdamTest::assertFreed);
        assertThat(mine.toFloatArray()).containsExactly(expected.toFloatArray());
    }

    private NDArray weight() {
        NDArray weight = manager.ones(new Shape(3));
        weight.setRequiresGradient(true);
        return weight;
    }

    private static void assertFreed(NDArray array) {
        assertThatThrownBy(array::toFloatArray).isInstanceOf(IllegalStateException.class);
    }
}
