package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.KnownGradients.roster;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps in which a parameter that is waited for gets no gradient. */
class LateStepTest {

    private final KnownGradients known = new KnownGradients();

    @AfterEach
    void close() {
        known.close();
    }

    private static HyperTower.Builder builder() {
        return HyperTower.builder()
                .setBase(UpdateRule.sgd(KnownGradients.ALPHA))
                .tunedBy(UpdateRule.sgd(0));
    }

    /** The second parameter is frozen in steps 4 to 6. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyGradientIsAppliedOnceWithoutAListener(boolean skipping) {
        HyperTower tower =
                builder()
                        .optSafeguards(Safeguards.builder().optSkipNonFinite(skipping).build())
                        .build();
        for (int step = 1; step <= 8; step++) {
            String[] frozen = step >= 4 && step <= 6 ? new String[] {"p-2"} : new String[0];
            known.backward(step, frozen);
            known.update(tower, frozen);
        }
        tower.flush();
        known.assertGot("p-1", 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8);
        known.assertGot("p-2", 1 + 2 + 3 + 7 + 8);
        known.assertGot("p-3", 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8);
        assertThat(tower.steps()).isEqualTo(8);
    }

    /** As when a listener after the tower's freezes a layer. */
    @Test
    void everyGradientIsAppliedOnceThoughAnExpectedOneStaysAway() {
        HyperTower tower = builder().build();
        for (int step = 1; step <= 8; step++) {
            String[] frozen = step == 4 ? new String[] {"p-2"} : new String[0];
            known.backward(step, frozen);
            tower.expect(roster("p-1", "p-2", "p-3"));
            known.update(tower, frozen);
        }
        tower.flush();
        known.assertGot("p-1", 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8);
        known.assertGot("p-2", 1 + 2 + 3 + 5 + 6 + 7 + 8);
        known.assertGot("p-3", 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8);
        assertThat(tower.steps()).isEqualTo(8);
    }

    /** As a layer that no forward pass uses, in a trainer that was not initialised. */
    @Test
    void parameterThatNeverComesHoldsUpOneStepOnly() {
        HyperTower tower = builder().build();
        for (int step = 1; step <= 5; step++) {
            known.backward(step);
            tower.expect(roster("p-1", "p-2", "p-3", "p-9"));
            known.update(tower);
            if (step > 1) {
                assertThat(tower.steps()).isEqualTo(step);
            }
        }
        for (String id : KnownGradients.IDS) {
            known.assertGot(id, 1 + 2 + 3 + 4 + 5);
        }
    }

    /** One that stayed away and was frozen meanwhile is waited for again. */
    @Test
    void parameterThatComesBackIsWaitedFor() {
        HyperTower tower = builder().build();
        for (int step = 1; step <= 6; step++) {
            boolean away = step == 2 || step == 3;
            String[] frozen = away ? new String[] {"p-3"} : new String[0];
            known.backward(step, frozen);
            tower.expect(step == 3 ? roster("p-1", "p-2") : roster("p-1", "p-2", "p-3"));
            known.update(tower, frozen);
            if (step != 2) {
                assertThat(tower.steps()).isEqualTo(step);
            }
        }
        known.assertGot("p-1", 1 + 2 + 3 + 4 + 5 + 6);
        known.assertGot("p-3", 1 + 4 + 5 + 6);
    }

    @ParameterizedTest
    @ValueSource(floats = {1, Float.NaN})
    void gradientOfAStepThatIsHeldIsClearedAtOnce(float factor) {
        HyperTower tower = builder().build();
        for (int step = 1; step <= 2; step++) {
            known.backward(step);
            known.update(tower);
        }
        known.backward(3);
        try (NDArray gradient = known.weight("p-1").getGradient()) {
            gradient.muli(factor);
        }
        known.update(tower, "p-3");
        try (NDArray gradient = known.weight("p-1").getGradient()) {
            assertThat(gradient.toFloatArray()).containsOnly(0);
        }
        assertThat(tower.steps()).isEqualTo(2);
    }

    /** What is frozen by then collects no gradient that could be cleared. */
    @Test
    void heldStepThatIsNotFiniteIsLeftOutThoughAWeightIsFrozenMeanwhile() {
        HyperTower tower =
                builder()
                        .optSafeguards(Safeguards.builder().optSkipNonFinite(true).build())
                        .build();
        for (int step = 1; step <= 2; step++) {
            known.step(tower, step);
        }
        known.backward(3, "p-2");
        try (NDArray gradient = known.weight("p-1").getGradient()) {
            gradient.muli(Float.NaN);
        }
        known.update(tower, "p-2");
        known.weight("p-1").setRequiresGradient(false);
        tower.flush();
        assertThat(tower.skippedSteps()).isEqualTo(1);
        for (String id : KnownGradients.IDS) {
            known.assertGot(id, 1 + 2);
        }
    }
}
