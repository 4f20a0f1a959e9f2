package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.LocalParameterServer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Steps in which a parameter that is waited for gets no gradient. The gradient of step t is t for
 * every weight, so a weight tells which gradients it has got.
 */
class LateStepTest {

    private static final double ALPHA = 1.0 / 64;

    private final Map<String, NDArray> weights = new LinkedHashMap<>();
    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        for (String id : new String[] {"p-1", "p-2", "p-3"}) {
            NDArray weight = manager.zeros(new Shape(2));
            weight.setRequiresGradient(true);
            weights.put(id, weight);
        }
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static HyperTower.Builder builder() {
        return HyperTower.builder().setBase(UpdateRule.sgd(ALPHA)).tunedBy(UpdateRule.sgd(0));
    }

    private void backward(int step, Set<String> without) {
        try (NDManager scope = manager.newSubManager();
                GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray factor = scope.full(new Shape(2), step);
            weights.forEach(
                    (id, weight) -> {
                        if (!without.contains(id)) {
                            NDArray loss = weight.mul(factor).sum();
                            loss.attach(scope);
                            collector.backward(loss);
                        }
                    });
        }
    }

    /** As a trainer does: frozen parameters are left out. */
    private void update(HyperTower tower, Set<String> without) {
        LocalParameterServer server = new LocalParameterServer(tower);
        weights.forEach(
                (id, weight) -> {
                    if (!without.contains(id)) {
                        server.update(id, new NDArray[] {weight});
                    }
                });
    }

    private void assertGot(String id, double sumOfGradients) {
        float value = (float) (-ALPHA * sumOfGradients);
        assertThat(weights.get(id).toFloatArray()).as(id).containsExactly(value, value);
    }

    private static Roster roster(String... ids) {
        Roster roster = new Roster();
        for (String id : ids) {
            roster.add(id, 1);
        }
        return roster;
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
            Set<String> frozen = step >= 4 && step <= 6 ? Set.of("p-2") : Set.of();
            backward(step, frozen);
            update(tower, frozen);
        }
        tower.flush();
        assertGot("p-1", 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8);
        assertGot("p-2", 1 + 2 + 3 + 7 + 8);
        assertGot("p-3", 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8);
        assertThat(tower.steps()).isEqualTo(8);
    }

    /** As when a listener after the tower's freezes a layer. */
    @Test
    void everyGradientIsAppliedOnceThoughAnExpectedOneStaysAway() {
        HyperTower tower = builder().build();
        for (int step = 1; step <= 8; step++) {
            Set<String> frozen = step == 4 ? Set.of("p-2") : Set.of();
            backward(step, frozen);
            tower.expect(roster("p-1", "p-2", "p-3"));
            update(tower, frozen);
        }
        tower.flush();
        assertGot("p-1", 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8);
        assertGot("p-2", 1 + 2 + 3 + 5 + 6 + 7 + 8);
        assertGot("p-3", 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8);
        assertThat(tower.steps()).isEqualTo(8);
    }

    /** As a layer that no forward pass uses, in a trainer that was not initialised. */
    @Test
    void parameterThatNeverComesHoldsUpOneStepOnly() {
        HyperTower tower = builder().build();
        for (int step = 1; step <= 5; step++) {
            backward(step, Set.of());
            tower.expect(roster("p-1", "p-2", "p-3", "p-9"));
            update(tower, Set.of());
            if (step > 1) {
                assertThat(tower.steps()).isEqualTo(step);
            }
        }
        for (String id : weights.keySet()) {
            assertGot(id, 1 + 2 + 3 + 4 + 5);
        }
    }

    /** One that stayed away and was frozen meanwhile is waited for again. */
    @Test
    void parameterThatComesBackIsWaitedFor() {
        HyperTower tower = builder().build();
        for (int step = 1; step <= 6; step++) {
            boolean away = step == 2 || step == 3;
            Set<String> frozen = away ? Set.of("p-3") : Set.of();
            backward(step, frozen);
            tower.expect(step == 3 ? roster("p-1", "p-2") : roster("p-1", "p-2", "p-3"));
            update(tower, frozen);
            if (step != 2) {
                assertThat(tower.steps()).isEqualTo(step);
            }
        }
        assertGot("p-1", 1 + 2 + 3 + 4 + 5 + 6);
        assertGot("p-3", 1 + 4 + 5 + 6);
    }

    @Test
    void gradientOfAStepThatIsHeldIsClearedAtOnce() {
        HyperTower tower = builder().build();
        for (int step = 1; step <= 2; step++) {
            backward(step, Set.of());
            update(tower, Set.of());
        }
        backward(3, Set.of());
        update(tower, Set.of("p-3"));
        try (NDArray gradient = weights.get("p-1").getGradient()) {
            assertThat(gradient.toFloatArray()).containsOnly(0);
        }
        assertThat(tower.steps()).isEqualTo(2);
    }
}
