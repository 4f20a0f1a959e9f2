package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parameters that come, go, move and stay away. */
class ParameterFateTest {

    @TempDir Path folder;

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray weight(double value) {
        NDArray weight = manager.full(new Shape(3), (float) value, DataType.FLOAT32);
        weight.setRequiresGradient(true);
        return weight;
    }

    /** The gradient of half the squared length. */
    private static void update(HyperTower tower, String id, NDArray weight, double factor) {
        try (NDArray plain = weight.stopGradient();
                NDArray gradient = plain.mul((float) factor)) {
            tower.update(id, weight, gradient);
        }
    }

    private static Roster roster(String... ids) {
        Roster roster = new Roster();
        for (String id : ids) {
            roster.add(id, 1);
        }
        return roster;
    }

    private static HyperTower tower(RuleKind kind) {
        return HyperTower.builder()
                .setBase(TowerCase.rule(kind))
                .tunedBy(UpdateRule.sgd(1e-3))
                .build();
    }

    /**
     * Two small parameters share their vectors; when one of them makes a step alone, the vectors
     * must not be mistaken for theirs afterwards.
     */
    @ParameterizedTest
    @EnumSource
    void sharedVectorsSurviveAStepOfOneAlone(RuleKind kind) {
        List<double[]> alone = new ArrayList<>();
        List<double[]> together = new ArrayList<>();
        try (HyperTower one = tower(kind);
                HyperTower two = tower(kind)) {
            one.observe((step, hypergradients, cosines) -> add(alone, hypergradients), false);
            two.observe((step, hypergradients, cosines) -> add(together, hypergradients), false);
            NDArray a = weight(1);
            NDArray same = weight(1);
            NDArray silent = weight(0);
            for (int step = 1; step <= 8; step++) {
                boolean lone = step == 4;
                one.expect(roster("p-1"));
                update(one, "p-1", a, 1);
                two.expect(lone ? roster("p-1") : roster("p-1", "p-2"));
                update(two, "p-1", same, 1);
                if (!lone) {
                    update(two, "p-2", silent, 1);
                }
            }
            assertThat(same.toFloatArray()).containsExactly(a.toFloatArray());
        }
        assertThat(together).hasSameSizeAs(alone).hasSize(8);
        for (int step = 0; step < 8; step++) {
            assertThat(together.get(step)).as("step %d", step + 1).containsExactly(alone.get(step));
        }
    }

    private static void add(List<double[]> all, List<double[]> hypergradients) {
        all.add(hypergradients.isEmpty() ? new double[0] : hypergradients.get(0));
    }

    @Test
    void gradientFromBeforeAPauseIsNotUsed() {
        List<double[]> seen = new ArrayList<>();
        try (HyperTower tower = tower(RuleKind.SGD)) {
            tower.observe((step, hypergradients, cosines) -> add(seen, hypergradients), false);
            NDArray a = weight(0);
            NDArray b = weight(1);
            for (int step = 1; step <= 6; step++) {
                boolean pause = step == 3 || step == 4;
                tower.expect(pause ? roster("p-1") : roster("p-1", "p-2"));
                update(tower, "p-1", a, 1);
                if (!pause) {
                    update(tower, "p-2", b, 1);
                }
            }
        }
        assertThat(seen.get(1)[0]).isNegative();
        assertThat(seen.get(4)[0]).isZero();
        assertThat(seen.get(5)[0]).isNegative();
    }

    /** As after loading other weights into the model. */
    @Test
    void arrayThatTakesThePlaceOfAnotherKeepsItsMemory() {
        try (HyperTower tower = tower(RuleKind.ADAM)) {
            NDArray first = weight(1);
            NDArray other = weight(2);
            NDArray second = weight(3);
            for (int step = 1; step <= 3; step++) {
                update(tower, "p-1", first, 1);
                update(tower, "p-2", other, 1);
            }
            double before = tower.learned().get(0).value();
            long kept = tower.keptBytes();
            for (int step = 1; step <= 3; step++) {
                update(tower, "p-1", second, 1);
                update(tower, "p-2", other, 1);
            }
            assertThat(tower.steps()).isEqualTo(6);
            assertThat(tower.keptBytes()).isEqualTo(kept);
            assertThat(tower.learned().get(0).value()).isNotEqualTo(before);
        }
    }

    /** DJL hands over zeros of float32 for a float64 weight that no gradient has reached. */
    @Test
    void zerosOfAnotherTypeAreAGradient() {
        try (HyperTower tower = tower(RuleKind.ADAM)) {
            Shape large = new Shape(Measurements.SMALL + 1);
            NDArray reached = manager.ones(large, DataType.FLOAT64);
            NDArray idle = manager.ones(large, DataType.FLOAT64);
            for (int step = 1; step <= 3; step++) {
                tower.update("p-1", reached, manager.ones(large, DataType.FLOAT64));
                tower.update("p-2", idle, manager.zeros(large, DataType.FLOAT32));
            }
            assertThat(tower.steps()).isEqualTo(3);
            assertThat(idle.toDoubleArray()).containsOnly(1);
            assertThat(reached.getDouble(0)).isLessThan(1);
        }
    }

    @Test
    void halfPrecisionIsRefused() {
        try (HyperTower tower = tower(RuleKind.SGD)) {
            NDArray half = manager.ones(new Shape(2), DataType.FLOAT16);
            assertThatThrownBy(() -> tower.update("p-1", half, half))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("p-1")
                    .hasMessageContaining("float16")
                    .hasMessageContaining("float32");
        }
    }

    @Test
    void closedTowerMakesNoStepAndIsNotSaved() {
        HyperTower tower = tower(RuleKind.ADAM);
        NDArray weight = weight(1);
        update(tower, "p-1", weight, 1);
        tower.close();
        tower.close();
        assertThatThrownBy(() -> update(tower, "p-1", weight, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> tower.save(folder.resolve("tower"), Training.network()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(tower.learned()).isNotEmpty();
        assertThat(tower.rerun()).isNotNull();
    }

    @Test
    void towerWhoseModelWasClosedSaysSo() {
        try (HyperTower tower = tower(RuleKind.ADAM)) {
            try (NDManager model = manager.newSubManager()) {
                NDArray weight = weight(1);
                weight.attach(model);
                update(tower, "p-1", weight, 1);
                update(tower, "p-1", weight, 1);
            }
            NDArray next = weight(1);
            assertThatThrownBy(() -> update(tower, "p-9", next, 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Build a tower for each training");
        }
    }
}
