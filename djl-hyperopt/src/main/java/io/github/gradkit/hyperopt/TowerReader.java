package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ModelFingerprint;
import io.github.gradkit.support.model.ParameterPaths;
import io.github.gradkit.support.state.StateFile;
import io.github.gradkit.support.state.StateFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads the state of a tower into one that has made no step. */
final class TowerReader {

    private final Path file;
    private final Map<String, Parameter> parameters;
    private final TowerParts tower;

    private TowerReader(Path file, Map<String, Parameter> parameters, TowerParts tower) {
        this.file = file;
        this.parameters = parameters;
        this.tower = tower;
    }

    /** Reads a file; the tower is changed only when all of it has been read and fits. */
    static void read(Path file, Block block, TowerParts tower) throws StateFileException {
        StateFile.readHeader(file)
                .require(file, TowerState.KIND, TowerState.VERSION, ModelFingerprint.of(block));
        Map<String, Parameter> parameters = ParameterPaths.of(block);
        NDManager manager =
                parameters.values().iterator().next().getArray().getManager().newSubManager();
        manager.setName("hyper tower file");
        try {
            new TowerReader(file, parameters, tower).read(manager);
        } catch (StateFileException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private void read(NDManager manager) throws StateFileException {
        StateFile content = StateFile.read(file, manager);
        TowerState state = state(content);
        requireSameTower(state);
        Map<String, SavedSlot> slots = slots(content.arrays(), state);
        restoreNumbers(state);
        Roster roster = new Roster();
        state.roster().forEach((path, devices) -> roster.add(id(path), devices));
        if (slots.isEmpty()) {
            manager.close();
        } else {
            tower.slots().save(slots, manager);
        }
        tower.stepper().restore(roster);
    }

    private TowerState state(StateFile content) throws StateFileException {
        String json = content.header().properties().getOrDefault(TowerState.PROPERTY, "");
        return TowerState.fromJson(json).orElseThrow(this::incomplete);
    }

    private StateFileException incomplete() {
        return new StateFileException(
                "State file "
                        + file
                        + ": it does not hold the arrays and numbers of a tower. Use a file written"
                        + " by HyperTower.save.");
    }

    private void requireSameTower(TowerState state) throws StateFileException {
        if (!state.signature().equals(tower.plan().signature())) {
            throw other(state.signature(), tower.plan().signature());
        }
        if (!List.copyOf(state.groups().keySet()).equals(tower.groupNames())) {
            throw other("groups " + state.groups().keySet(), "groups " + tower.groupNames());
        }
        if (state.levels().size() != tower.levels().height()) {
            throw incomplete();
        }
    }

    private StateFileException other(String theirs, String ours) {
        return new StateFileException(
                "State file "
                        + file
                        + ": it belongs to another tower ("
                        + theirs
                        + "), but this one is "
                        + ours
                        + ". Build the tower as it was when the file was written.");
    }

    private Map<String, SavedSlot> slots(Map<String, NDArray> arrays, TowerState state)
            throws StateFileException {
        Map<String, SavedSlot> slots = new LinkedHashMap<>();
        for (Map.Entry<String, TowerState.Kept> kept : state.parameters().entrySet()) {
            String path = kept.getKey();
            int size = HostRule.memorySize(tower.plan().base().kind());
            NDArray[] memory = new NDArray[size];
            for (int i = 0; i < size; i++) {
                NDArray array = arrays.get(TowerState.memoryName(path, i));
                if (array == null) {
                    throw incomplete();
                }
                memory[i] = array;
            }
            NDArray gradient = arrays.get(TowerState.gradientName(path));
            slots.put(
                    id(path),
                    new SavedSlot(
                            gradient,
                            memory,
                            kept.getValue().lastUpdate(),
                            kept.getValue().replicas()));
        }
        // A scope around the training loop must not free them.
        arrays.values().forEach(NDScope::unregister);
        return slots;
    }

    private String id(String path) {
        return Objects.requireNonNull(parameters.get(path), path).getId();
    }

    private void restoreNumbers(TowerState state) {
        Counters counters = tower.counters();
        counters.step = state.step();
        counters.schedule = state.schedule();
        counters.skippedSteps = state.skippedSteps();
        counters.skippedTunings = state.skippedTunings();
        counters.reverts = state.reverts();
        for (int i = 0; i < tower.groupNames().size(); i++) {
            Objects.requireNonNull(state.groups().get(tower.groupNames().get(i)))
                    .restore(tower.levels().base().get(i));
        }
        for (int i = 0; i < tower.levels().height(); i++) {
            tower.levels().above().get(i).restore(state.levels().get(i));
        }
    }
}
