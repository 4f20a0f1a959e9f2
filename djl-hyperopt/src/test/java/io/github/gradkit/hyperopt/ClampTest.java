package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A number that stops at a limit does not depend on how far the level above wanted to move it. */
class ClampTest {

    private static final double ALPHA = .125;
    private static final double KAPPA = .25;

    private static HyperTower.Builder builder(UpdateRule base) {
        return HyperTower.builder()
                .setBase(base)
                .tunedBy(UpdateRule.sgd(KAPPA))
                .tunedBy(UpdateRule.sgd(1e-3));
    }

    /** Every gradient is the same, so a larger alpha is wanted in every step. */
    private static List<LearnedValue> train(HyperTower tower, int steps) {
        try (NDManager manager = NDManager.newBaseManager();
                tower) {
            NDArray weight = manager.zeros(new Shape(2));
            weight.setRequiresGradient(true);
            for (int step = 0; step < steps; step++) {
                tower.update("p-1", weight, manager.ones(new Shape(2)));
            }
            return tower.learned();
        }
    }

    @Test
    void rateAboveIsTunedWhereNothingIsLimited() {
        List<LearnedValue> learned = train(builder(UpdateRule.sgd(ALPHA)).build(), 4);
        assertThat(learned.get(0).value()).isGreaterThan(ALPHA);
        assertThat(learned.get(1).value()).isGreaterThan(KAPPA);
    }

    @Test
    void rateAboveStaysWhileAlphaIsAtItsBound() {
        UpdateRule base = UpdateRule.sgd(ALPHA).bound(Hyperparameter.ALPHA, 0, ALPHA);
        List<LearnedValue> learned = train(builder(base).build(), 6);
        assertThat(learned.get(0).value()).isEqualTo(ALPHA);
        assertThat(learned.get(1).value()).isEqualTo(KAPPA);
    }

    @Test
    void rateAboveStaysWhileAlphaMayNotChangeFaster() {
        HyperTower tower =
                builder(UpdateRule.sgd(ALPHA))
                        .optSafeguards(Safeguards.builder().optMaxRelativeChange(.1).build())
                        .build();
        List<LearnedValue> learned = train(tower, 6);
        assertThat(learned.get(0).value()).isBetween(ALPHA * 1.4, ALPHA * 1.62);
        assertThat(learned.get(1).value()).isEqualTo(KAPPA);
    }
}
