package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.KnownGradients.ALPHA;
import static io.github.gradkit.hyperopt.KnownGradients.IDS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes back when a loss leaps, in loops that report the loss themselves. */
class SpikeTest {

    private final KnownGradients known = new KnownGradients();

    @AfterEach
    void close() {
        known.close();
    }

    private static HyperTower tower(int height) {
        HyperTower.Builder builder =
                HyperTower.builder()
                        .setBase(UpdateRule.sgd(ALPHA))
                        .optSafeguards(Safeguards.builder().optRevertOnLossSpike(3, 1).build());
        for (int i = 0; i < height; i++) {
            builder.tunedBy(UpdateRule.sgd(0));
        }
        return builder.build();
    }

    /** One step, with half the alpha from the first return on. */
    private void step(HyperTower tower, int step, double loss, String... frozen) {
        known.backward(step, frozen);
        assertThat(tower.reportLoss(loss)).isEqualTo(Double.isNaN(loss));
        known.update(tower, frozen);
    }

    /** A layer is frozen in step 5, so the gradients of the others are held when the loss leaps. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void heldGradientsAreForgottenByAReturn(int height) {
        HyperTower tower = tower(height);
        for (int step = 1; step <= 4; step++) {
            step(tower, step, 1);
        }
        step(tower, 5, 1, "p-2");
        step(tower, 6, Double.NaN, "p-2");
        for (String id : IDS) {
            known.assertGot(id, 1 + 2 + 3 + 4);
        }
        step(tower, 7, 1, "p-2");
        step(tower, 8, 1, "p-2");
        known.assertGot("p-1", 1 + 2 + 3 + 4 + (7 + 8) / 2.0);
        known.assertGot("p-2", 1 + 2 + 3 + 4);
        known.assertGot("p-3", 1 + 2 + 3 + 4 + (7 + 8) / 2.0);
        assertThat(tower.steps()).isEqualTo(6);
    }
}
