package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies of weights, of what is remembered of them, and of all hyperparameters. */
final class Snapshot implements AutoCloseable {

    private final List<Copy> copies = new ArrayList<>();
    private @Nullable NDManager manager;
    private final Levels levels;
    private List<TowerState.Numbers> base = List.of();
    private List<LevelState> above = List.of();
    private final long step;
    private final float schedule;

    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Copy(
            ParameterSlot slot,
            NDArray weight,
            @Nullable NDArray gradient,
            NDArray[] memory,
            long lastUpdate) {}

    Snapshot(Slots slots, Levels levels, Counters counters) {
        this.levels = levels;
        step = counters.step;
        schedule = counters.schedule;
        slots.byId().values().forEach(replicas -> replicas.forEach(this::add));
        copyLevels();
    }

    /** Adds a parameter; one that comes later must not have been updated since. */
    void add(ParameterSlot slot) {
        NDArray[] memory = slot.memory();
        for (int i = 0; i < memory.length; i++) {
            memory[i] = duplicate(memory[i]);
        }
        NDArray gradient = slot.previous();
        try (NDArray weight = slot.weight().stopGradient()) {
            copies.add(
                    new Copy(
                            slot,
                            duplicate(weight),
                            gradient == null ? null : duplicate(gradient),
                            memory,
                            slot.lastUpdate()));
        }
    }

    private NDArray duplicate(NDArray array) {
        if (manager == null) {
            manager = array.getManager().newSubManager();
            manager.setName("hyper tower snapshot");
        }
        return Slots.keep(array.duplicate(), manager);
    }

    private void copyLevels() {
        base = levels.base().stream().map(TowerState.Numbers::of).toList();
        above = levels.above().stream().map(HostLevel::state).toList();
    }

    boolean isOf(long otherStep) {
        return step == otherStep;
    }

    /** Puts everything back. */
    void restore(Counters counters) {
        for (Copy copy : copies) {
            // Detached, so that it may be written whatever mode the thread is in.
            try (NDArray weight = copy.slot().weight().stopGradient()) {
                ParameterSlot.copyInto(weight, copy.weight());
            }
            copy.slot().restore(copy.gradient(), copy.memory(), copy.lastUpdate());
        }
        for (int i = 0; i < base.size(); i++) {
            base.get(i).restore(levels.base().get(i));
        }
        for (int i = 0; i < above.size(); i++) {
            levels.above().get(i).restore(above.get(i));
        }
        counters.step = step;
        counters.schedule = schedule;
    }

    /** Halves the base's alpha, also for the next time: the same alpha would fail again. */
    void halveAlpha() {
        levels.base().forEach(HyperValues::halveAlpha);
        copyLevels();
    }

    @Override
    public void close() {
        if (manager != null) {
            manager.close();
        }
    }
}
