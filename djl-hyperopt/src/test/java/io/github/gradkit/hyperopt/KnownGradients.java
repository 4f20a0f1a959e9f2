package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.LocalParameterServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Weights that start at 0 and whose gradient in step t is t, so that a weight tells which gradients
 * it has got.
 */
final class KnownGradients implements AutoCloseable {

    static final double ALPHA = 1.0 / 64;
    static final String[] IDS = {"p-1", "p-2", "p-3"};

    private final Map<String, NDArray> weights = new LinkedHashMap<>();
    private final NDManager manager = NDManager.newBaseManager();

    KnownGradients() {
        for (String id : IDS) {
            NDArray weight = manager.zeros(new Shape(2));
            weight.setRequiresGradient(true);
            weights.put(id, weight);
        }
    }

    NDArray weight(String id) {
        return weights.get(id);
    }

    void backward(int step, String... frozen) {
        try (NDManager scope = manager.newSubManager();
                GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray factor = scope.full(new Shape(2), step);
            for (String id : without(frozen)) {
                NDArray loss = weight(id).mul(factor).sum();
                loss.attach(scope);
                collector.backward(loss);
            }
        }
    }

    /** As a trainer does, which leaves out what is frozen. */
    void update(HyperTower tower, String... frozen) {
        LocalParameterServer server = new LocalParameterServer(tower);
        without(frozen).forEach(id -> server.update(id, new NDArray[] {weight(id)}));
    }

    /** One complete step of a loop of one's own. */
    void step(HyperTower tower, int step, String... frozen) {
        backward(step, frozen);
        update(tower, frozen);
    }

    private static List<String> without(String... frozen) {
        Set<String> some = Set.of(frozen);
        return List.of(IDS).stream().filter(id -> !some.contains(id)).toList();
    }

    void assertGot(String id, double sumOfGradients) {
        float value = (float) (0 - ALPHA * sumOfGradients);
        assertThat(weight(id).toFloatArray()).as(id).containsExactly(value, value);
    }

    static Roster roster(String... ids) {
        Roster roster = new Roster();
        for (String id : ids) {
            roster.add(id, 1);
        }
        return roster;
    }

    @Override
    public void close() {
        manager.close();
    }
}
