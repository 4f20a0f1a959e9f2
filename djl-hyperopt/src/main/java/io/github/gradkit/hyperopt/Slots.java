package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** All that a tower keeps by parameter, and the arrays that were read from a file for it. */
final class Slots implements AutoCloseable {

    private final RuleSpec spec;
    private final ToIntFunction<String> groupOf;
    private final Map<String, List<ParameterSlot>> byId = new LinkedHashMap<>();
    private final Map<String, SavedSlot> saved = new LinkedHashMap<>();
    private @Nullable NDManager manager;

    Slots(RuleSpec spec, ToIntFunction<String> groupOf) {
        this.spec = spec;
        this.groupOf = groupOf;
    }

    /** Finds what is kept for a parameter on a device, or starts with nothing. */
    ParameterSlot of(String id, NDArray weight) {
        List<ParameterSlot> replicas = byId.computeIfAbsent(id, key -> new ArrayList<>());
        for (ParameterSlot slot : replicas) {
            if (slot.weight() == weight) {
                return slot;
            }
        }
        for (ParameterSlot slot : replicas) {
            if (slot.weight().isReleased() && slot.weight().getShape().equals(weight.getShape())) {
                slot.rebind(weight);
                return slot;
            }
        }
        ParameterSlot slot = create(id, replicas.size(), weight);
        replicas.add(slot);
        return slot;
    }

    private ParameterSlot create(String id, int replica, NDArray weight) {
        if (manager == null) {
            // Of the weights' own manager: what is kept ends with the model at the latest.
            manager = weight.getManager().newSubManager();
            manager.setName("hyper tower");
        }
        ParameterSlot slot =
                new ParameterSlot(id, replica, groupOf.applyAsInt(id), weight, spec, manager());
        SavedSlot before = saved.get(id);
        if (before != null) {
            slot.restore(before.gradient(), before.memory());
        }
        return slot;
    }

    /** The manager of all that is kept. */
    NDManager manager() {
        if (manager == null) {
            throw new IllegalStateException("No parameter has come yet.");
        }
        return manager;
    }

    /** Keeps arrays from a file until the parameter comes. */
    void save(String id, SavedSlot slot) {
        saved.put(id, slot);
    }

    void forgetSaved() {
        saved.values().forEach(SavedSlot::close);
        saved.clear();
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    long bytes() {
        return byId.values().stream().flatMap(List::stream).mapToLong(ParameterSlot::bytes).sum();
    }

    Map<String, List<ParameterSlot>> byId() {
        return byId;
    }

    @Override
    public void close() {
        forgetSaved();
        byId.values().forEach(replicas -> replicas.forEach(ParameterSlot::close));
        byId.clear();
        if (manager != null) {
            manager.close();
            manager = null;
        }
    }
}
