package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.github.gradkit.support.model.ModelFingerprint;
import io.github.gradkit.support.model.ParameterPaths;
import io.github.gradkit.support.state.StateFile;
import io.github.gradkit.support.state.StateFileException;
import io.github.gradkit.support.state.StateHeader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Writes and reads the state of a tower. */
final class TowerFile {

    private static final String KIND = "hyper-tower";
    private static final int VERSION = 1;
    private static final String STATE = "tower";
    private static final Gson GSON =
            new GsonBuilder().serializeSpecialFloatingPointValues().create();

    private TowerFile() {}

    static void write(
            Path file,
            Block block,
            TowerPlan plan,
            List<String> groupNames,
            Levels levels,
            Slots slots,
            Counters counters)
            throws StateFileException {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        Map<String, Integer> replicas = new LinkedHashMap<>();
        ParameterPaths.of(block)
                .forEach(
                        (path, parameter) -> {
                            List<ParameterSlot> some = slots.byId().get(parameter.getId());
                            if (some != null && !some.isEmpty()) {
                                replicas.put(path, some.size());
                                collect(path, some.get(0), arrays);
                            }
                        });
        requireAllNamed(slots, replicas);
        Map<String, TowerState.Numbers> groups = new LinkedHashMap<>();
        for (int i = 0; i < groupNames.size(); i++) {
            groups.put(groupNames.get(i), TowerState.Numbers.of(levels.base().get(i)));
        }
        TowerState state =
                new TowerState(
                        plan.signature(),
                        counters.step,
                        counters.schedule,
                        counters.skippedSteps,
                        counters.skippedTunings,
                        counters.reverts,
                        groups,
                        levels.above().stream().map(HostLevel::state).toList(),
                        replicas);
        StateHeader header =
                StateHeader.of(KIND, VERSION, ModelFingerprint.of(block))
                        .withProperty(STATE, GSON.toJson(state));
        StateFile.write(file, header, arrays);
    }

    private static void requireAllNamed(Slots slots, Map<String, Integer> replicas) {
        if (replicas.size() != slots.byId().size()) {
            throw new IllegalArgumentException(
                    "This tower has updated "
                            + slots.byId().size()
                            + " parameters, but only "
                            + replicas.size()
                            + " of them belong to the block, so the file would be incomplete. Give"
                            + " the block that is trained.");
        }
    }

    private static void collect(String path, ParameterSlot slot, Map<String, NDArray> arrays) {
        NDArray gradient = slot.previous();
        if (gradient != null) {
            arrays.put(path + "/gradient", gradient);
        }
        NDArray[] memory = slot.memory();
        for (int i = 0; i < memory.length; i++) {
            arrays.put(path + "/memory" + i, memory[i]);
        }
    }

    /** Reads a file into a tower without any state, and returns who takes part in a step. */
    static Roster read(
            Path file,
            Block block,
            TowerPlan plan,
            List<String> groupNames,
            Levels levels,
            Slots slots,
            Counters counters)
            throws StateFileException {
        StateFile.readHeader(file).require(file, KIND, VERSION, ModelFingerprint.of(block));
        Map<String, Parameter> parameters = ParameterPaths.of(block);
        NDManager manager = manager(parameters);
        try {
            StateFile content = StateFile.read(file, manager);
            TowerState state = state(file, content);
            requireSameTower(file, state, plan, groupNames, levels);
            restoreArrays(file, content.arrays(), state, parameters, slots, plan.base());
            restoreNumbers(state, groupNames, levels, counters);
            Roster roster = new Roster();
            state.replicas()
                    .forEach((path, count) -> roster.add(require(parameters, path).getId(), count));
            return roster;
        } catch (StateFileException | RuntimeException e) {
            slots.forgetSaved();
            manager.close();
            throw e;
        }
    }

    private static NDManager manager(Map<String, Parameter> parameters) {
        NDManager manager =
                parameters.values().iterator().next().getArray().getManager().newSubManager();
        manager.setName("hyper tower file");
        return manager;
    }

    private static TowerState state(Path file, StateFile content) throws StateFileException {
        try {
            String json = content.header().properties().get(STATE);
            TowerState state =
                    GSON.fromJson(Objects.requireNonNullElse(json, ""), TowerState.class);
            if (state != null) {
                return state;
            }
        } catch (JsonParseException e) {
            throw broken(file, e);
        }
        throw broken(file, null);
    }

    private static StateFileException broken(
            Path file, @org.jspecify.annotations.Nullable Throwable e) {
        return new StateFileException(
                "State file "
                        + file
                        + ": it does not hold the numbers of a tower. Use a file written by"
                        + " HyperTower.save.",
                e);
    }

    private static void requireSameTower(
            Path file, TowerState state, TowerPlan plan, List<String> groupNames, Levels levels)
            throws StateFileException {
        if (!state.signature().equals(plan.signature())) {
            throw new StateFileException(
                    "State file "
                            + file
                            + ": it belongs to another tower ("
                            + state.signature()
                            + "), but this one is "
                            + plan.signature()
                            + ". Build the tower as it was when the file was written.");
        }
        if (!List.copyOf(state.groups().keySet()).equals(groupNames)
                || state.levels().size() != levels.height()) {
            throw new StateFileException(
                    "State file "
                            + file
                            + ": it has hyperparameters for the groups "
                            + state.groups().keySet()
                            + ", but this tower for "
                            + groupNames
                            + ". Build the tower as it was when the file was written.");
        }
    }

    private static void restoreArrays(
            Path file,
            Map<String, NDArray> arrays,
            TowerState state,
            Map<String, Parameter> parameters,
            Slots slots,
            RuleSpec spec)
            throws StateFileException {
        for (String path : state.replicas().keySet()) {
            NDArray[] memory = new NDArray[HostRule.memorySize(spec.kind())];
            for (int i = 0; i < memory.length; i++) {
                NDArray array = arrays.get(path + "/memory" + i);
                if (array == null) {
                    throw broken(file, null);
                }
                memory[i] = unscoped(array);
            }
            NDArray gradient = arrays.get(path + "/gradient");
            slots.save(
                    require(parameters, path).getId(),
                    new SavedSlot(gradient == null ? null : unscoped(gradient), memory));
        }
    }

    private static NDArray unscoped(NDArray array) {
        NDScope.unregister(array);
        return array;
    }

    private static Parameter require(Map<String, Parameter> parameters, String path) {
        Parameter parameter = parameters.get(path);
        if (parameter == null) {
            throw new IllegalStateException("The model has no parameter '" + path + "'.");
        }
        return parameter;
    }

    private static void restoreNumbers(
            TowerState state, List<String> groupNames, Levels levels, Counters counters) {
        counters.step = state.step();
        counters.schedule = state.schedule();
        counters.skippedSteps = state.skippedSteps();
        counters.skippedTunings = state.skippedTunings();
        counters.reverts = state.reverts();
        for (int i = 0; i < groupNames.size(); i++) {
            Objects.requireNonNull(state.groups().get(groupNames.get(i)))
                    .restore(levels.base().get(i));
        }
        for (int i = 0; i < levels.height(); i++) {
            levels.above().get(i).restore(state.levels().get(i));
        }
    }
}
