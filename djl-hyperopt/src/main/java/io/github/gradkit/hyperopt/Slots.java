package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** All that a tower keeps by parameter, and the arrays that were read from a file for it. */
final class Slots implements AutoCloseable {

    private final RuleSpec spec;
    private final ToIntFunction<String> groupOf;
    private final Consumer<ParameterSlot> whenNew;
    private final Map<String, List<ParameterSlot>> byId = new LinkedHashMap<>();
    private final Map<String, SavedSlot> saved = new LinkedHashMap<>();
    private @Nullable NDManager manager;
    private @Nullable NDManager savedManager;
    private @Nullable String lastId;

    /** A zero to stand in for weights and gradients of an update that changes neither. */
    private @Nullable NDArray nothing;

    /**
     * Starts with nothing.
     *
     * @param spec the rule of the weights
     * @param groupOf gives the number of the group of a parameter
     * @param whenNew is told of a parameter on a device before its first update
     */
    Slots(RuleSpec spec, ToIntFunction<String> groupOf, Consumer<ParameterSlot> whenNew) {
        this.spec = spec;
        this.groupOf = groupOf;
        this.whenNew = whenNew;
    }

    /**
     * Finds what is kept for a parameter on a device, or starts with nothing.
     *
     * <p>DJL hands over the replicas of a parameter one after the other. An array that is new and
     * comes by itself takes the place of an older one, as after loading other weights.
     */
    ParameterSlot of(String id, NDArray weight) {
        List<ParameterSlot> replicas = byId.computeIfAbsent(id, key -> new ArrayList<>());
        boolean follows = id.equals(lastId);
        lastId = id;
        for (ParameterSlot slot : replicas) {
            if (slot.weight() == weight) {
                return slot;
            }
        }
        for (ParameterSlot slot : replicas) {
            if (!follows && !slot.isPending() && slot.fits(weight)) {
                slot.rebind(weight);
                return slot;
            }
        }
        ParameterSlot slot = create(id, replicas.size(), weight);
        replicas.add(slot);
        return slot;
    }

    private ParameterSlot create(String id, int replica, NDArray weight) {
        DataType type = weight.getDataType();
        if (type != DataType.FLOAT32 && type != DataType.FLOAT64) {
            throw new IllegalArgumentException(
                    "Parameter "
                            + id
                            + " is of type "
                            + type
                            + ", but a tower needs float32 or float64 to measure hypergradients."
                            + " Keep the weights in float32.");
        }
        if (manager == null) {
            // Of the weights' own manager: what is kept ends with the model at the latest.
            manager = weight.getManager().newSubManager();
            manager.setName("hyper tower");
        }
        ParameterSlot slot =
                new ParameterSlot(id, replica, groupOf.applyAsInt(id), weight, spec, manager());
        SavedSlot before = saved.get(id);
        if (before != null) {
            slot.restore(before.gradient(), before.memory(), before.lastUpdate());
        }
        whenNew.accept(slot);
        return slot;
    }

    /** Moves an array to a manager, out of the reach of scopes around the training loop. */
    static NDArray keep(NDArray array, NDManager manager) {
        NDScope.unregister(array);
        array.attach(manager);
        return array;
    }

    /** Tells whether an array holds no NaN and nothing infinite, and its sum is no such number. */
    static boolean isFinite(NDArray array) {
        try (NDArray sum = array.sum()) {
            return Double.isFinite(sum.toArray()[0].doubleValue());
        }
    }

    /** The manager of all that is kept. */
    NDManager manager() {
        if (manager == null) {
            throw new IllegalStateException("No parameter has come yet.");
        }
        if (!manager.isOpen()) {
            throw new IllegalStateException(
                    "The arrays of this tower were freed with the model or the trainer of its first"
                            + " step, so it can't go on. Build a tower for each training; save and"
                            + " restore carry one over.");
        }
        return manager;
    }

    /**
     * Keeps arrays from a file until their parameters come.
     *
     * @param some the arrays by id of the parameter
     * @param owner the manager of the arrays, closed when all have been used
     */
    void save(Map<String, SavedSlot> some, NDManager owner) {
        saved.putAll(some);
        savedManager = owner;
    }

    /** What came from a file and has not been used yet, by id. */
    Map<String, SavedSlot> saved() {
        Map<String, SavedSlot> unused = new LinkedHashMap<>(saved);
        unused.keySet().removeAll(byId.keySet());
        return Collections.unmodifiableMap(unused);
    }

    /** Frees what came from a file for parameters that have come. */
    void forgetUsed() {
        if (savedManager == null) {
            return;
        }
        for (String id : byId.keySet()) {
            SavedSlot used = saved.remove(id);
            if (used != null) {
                used.close();
            }
        }
        if (saved.isEmpty()) {
            forgetSaved();
        }
    }

    private void forgetSaved() {
        saved.clear();
        if (savedManager != null) {
            savedManager.close();
            savedManager = null;
        }
    }

    /** Clears the weight's own gradient, so that the next backward pass does not add to it. */
    void clearGradient(ParameterSlot slot) {
        if (!slot.collectsGradient()) {
            return;
        }
        if (nothing == null) {
            nothing = keep(manager().zeros(new Shape(1)), manager());
        }
        WeightUpdate.clear(slot.weight(), nothing);
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
        nothing = null;
        if (manager != null) {
            manager.close();
            manager = null;
        }
    }
}
