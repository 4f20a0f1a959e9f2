package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.KnownGradients.ALPHA;
import static io.github.gradkit.hyperopt.KnownGradients.IDS;
import static io.github.gradkit.hyperopt.KnownGradients.roster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    /** A layer is unfrozen after the snapshot, and its first update is the bad one. */
    @ParameterizedTest
    @CsvSource({"0, false", "1, false", "0, true", "1, true"})
    void parametersThatJoinAfterTheSnapshotGoBackToo(int height, boolean listened) {
        HyperTower tower = tower(height);
        for (int step = 1; step <= 5; step++) {
            String[] frozen = step < 5 ? new String[] {"p-2"} : new String[0];
            known.backward(step, frozen);
            if (listened) {
                tower.expect(step < 5 ? roster("p-1", "p-3") : roster(IDS));
            }
            assertThat(tower.reportLoss(1)).isFalse();
            known.update(tower, frozen);
        }
        known.assertGot("p-2", 5);
        step(tower, 6, Double.NaN);
        known.assertGot("p-1", 1 + 2 + 3 + 4);
        known.assertGot("p-2", 0);
        known.assertGot("p-3", 1 + 2 + 3 + 4);
        assertThat(tower.steps()).isEqualTo(4);
        step(tower, 7, 1);
        known.assertGot("p-2", 7 / 2.0);
    }

    /** As of a rate that is too large from the start. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void theFirstStepCanBeTakenBack(int height) {
        HyperTower tower = tower(height);
        step(tower, 1, 1);
        known.assertGot("p-1", 1);
        step(tower, 2, Double.NaN);
        known.assertGot("p-1", 0);
        assertThat(tower.steps()).isZero();
        assertThat(tower.reverts()).isEqualTo(1);
        step(tower, 3, 1);
        for (String id : IDS) {
            known.assertGot(id, 3 / 2.0);
        }
        assertThat(tower.steps()).isEqualTo(1);
    }

    @Test
    void lossThatIsNeverFiniteEndsTheTraining() {
        HyperTower tower = tower(0);
        for (int step = 1; step <= 3; step++) {
            known.backward(step);
            assertThat(tower.reportLoss(Double.NaN)).isTrue();
            known.update(tower);
        }
        assertThatExceptionOfType(TowerDivergedException.class)
                .isThrownBy(() -> tower.reportLoss(Double.NaN))
                .withMessageContaining("NaN")
                .withMessageContaining("3 times in a row");
        known.assertGot("p-1", 0);
        assertThat(tower.steps()).isZero();
    }

    @Test
    void leapAfterTheNewNormalIsOneToo() {
        HyperTower tower = tower(0);
        for (int step = 1; step <= 12; step++) {
            step(tower, step, 1);
        }
        for (int i = 0; i < 3; i++) {
            known.backward(13);
            assertThat(tower.reportLoss(100)).isTrue();
            known.update(tower);
        }
        step(tower, 13, 100);
        known.backward(14);
        assertThat(tower.reportLoss(1e30)).isTrue();
    }
}
