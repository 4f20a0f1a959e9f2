package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpectationScorerTest {

    /** Says 1 at the first pass, 2 at the second, and so on. */
    private static final class Counting implements GradientScorer {
        private int passes;

        @Override
        public NDArray score(NDArray inputs) {
            return inputs.getManager().full(new Shape(2, 3), (float) ++passes);
        }

        @Override
        public InputGradient gradient(NDArray inputs, LossOfLogits loss) {
            NDManager manager = inputs.getManager();
            float value = ++passes;
            return new InputGradient(
                    manager.full(new Shape(2, 3), value),
                    manager.full(new Shape(2), 10 * value),
                    manager.full(inputs.getShape(), 100 * value));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void everythingIsTheMeanOfThePasses(int passes) {
        float mean = (passes + 1) / 2f;
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray x = manager.zeros(new Shape(2, 2));
            try (InputGradient result =
                    ExpectationScorer.of(new Counting(), passes)
                            .gradient(x, (logits, constants) -> logits)) {
                assertThat(result.logits().toFloatArray()).hasSize(6).containsOnly(mean);
                assertThat(result.losses().toFloatArray()).hasSize(2).containsOnly(10 * mean);
                assertThat(result.gradient().toFloatArray()).hasSize(4).containsOnly(100 * mean);
                assertThat(manager.getManagedArrays()).hasSize(4);
            }
            try (NDArray scores = ExpectationScorer.of(new Counting(), passes).score(x)) {
                assertThat(scores.toFloatArray()).hasSize(6).containsOnly(mean);
                assertThat(manager.getManagedArrays()).hasSize(2);
            }
        }
    }

    @Test
    void noPassesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExpectationScorer.of(new Counting(), 0))
                .withMessageContaining("passes must be 1 or more, but was 0");
    }
}
