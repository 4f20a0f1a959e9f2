package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ModelFingerprint;
import io.github.gradkit.support.model.ParameterPaths;
import io.github.gradkit.support.state.StateFile;
import io.github.gradkit.support.state.StateFileException;
import io.github.gradkit.support.state.StateHeader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the state of a tower. */
final class TowerWriter {

    private final TowerParts tower;
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();
    private final Map<String, TowerState.Kept> kept = new LinkedHashMap<>();
    private final Map<String, Integer> roster = new LinkedHashMap<>();

    private TowerWriter(TowerParts tower) {
        this.tower = tower;
    }

    static void write(Path file, Block block, TowerParts tower) throws StateFileException {
        TowerWriter writer = new TowerWriter(tower);
        ParameterPaths.of(block).forEach(writer::collect);
        writer.requireAllNamed();
        StateHeader header =
                StateHeader.of(TowerState.KIND, TowerState.VERSION, ModelFingerprint.of(block))
                        .withProperty(TowerState.PROPERTY, writer.state().toJson());
        StateFile.write(file, header, writer.arrays);
    }

    private void collect(String path, Parameter parameter) {
        String id = parameter.getId();
        List<ParameterSlot> replicas = tower.slots().byId().getOrDefault(id, List.of());
        SavedSlot unused = tower.slots().saved().get(id);
        if (!replicas.isEmpty()) {
            ParameterSlot slot = replicas.get(0);
            kept.put(path, new TowerState.Kept(replicas.size(), slot.lastUpdate()));
            collect(path, slot.previous(), slot.memory());
        } else if (unused != null) {
            // Frozen since this tower was restored, but it may be unfrozen yet.
            kept.put(path, new TowerState.Kept(unused.replicas(), unused.lastUpdate()));
            collect(path, unused.gradient(), unused.memory());
        }
        int devices = tower.stepper().rosterOf(id);
        if (devices > 0) {
            roster.put(path, devices);
        }
    }

    private void collect(String path, @Nullable NDArray gradient, NDArray[] memory) {
        if (gradient != null) {
            arrays.put(TowerState.gradientName(path), gradient);
        }
        for (int i = 0; i < memory.length; i++) {
            arrays.put(TowerState.memoryName(path, i), memory[i]);
        }
    }

    private void requireAllNamed() {
        int updated = tower.slots().byId().size();
        int named = kept.size() - tower.slots().saved().size();
        if (named < updated) {
            throw new IllegalArgumentException(
                    "This tower has updated "
                            + updated
                            + " parameters, but only "
                            + named
                            + " of them belong to the block, so the file would be incomplete. Give"
                            + " the block that is trained.");
        }
    }

    private TowerState state() {
        Map<String, TowerState.Numbers> groups = new LinkedHashMap<>();
        for (int i = 0; i < tower.groupNames().size(); i++) {
            groups.put(
                    tower.groupNames().get(i), TowerState.Numbers.of(tower.levels().base().get(i)));
        }
        Counters counters = tower.counters();
        return new TowerState(
                tower.plan().signature(),
                counters.step,
                counters.schedule,
                counters.skippedSteps,
                counters.skippedTunings,
                counters.reverts,
                groups,
                tower.levels().above().stream().map(HostLevel::state).toList(),
                kept,
                roster);
    }
}
