package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** What a tower keeps for one parameter on one device. */
final class ParameterSlot implements AutoCloseable {

    /**
     * The order of creation of the parameters: the same in every process that builds the same
     * model, other than the order in which DJL hands gradients over. Sums of floats depend on it.
     */
    static final Comparator<ParameterSlot> ORDER =
            Comparator.comparingLong((ParameterSlot slot) -> creation(slot.id))
                    .thenComparing(slot -> slot.id)
                    .thenComparing(slot -> slot.replica);

    private final String id;
    private final int replica;
    private final int group;
    private final NDManager manager;
    private final NDArray[] memory;
    private final NDArray[] flatMemory;

    private NDArray weight;
    private @Nullable NDArray pending;
    private @Nullable NDArray previous;
    private boolean updated;
    private boolean measured;

    ParameterSlot(
            String id, int replica, int group, NDArray weight, RuleSpec spec, NDManager manager) {
        this.id = id;
        this.replica = replica;
        this.group = group;
        this.weight = weight;
        this.manager = manager;
        int size = HostRule.memorySize(spec.kind());
        memory = new NDArray[size];
        flatMemory = new NDArray[size];
        for (int i = 0; i < size; i++) {
            double first = HostRule.firstMemory(spec, i);
            setMemory(i, manager.full(weight.getShape(), (float) first, weight.getDataType()));
        }
    }

    private static long creation(String id) {
        String digits = id.substring(id.lastIndexOf('-') + 1);
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private void setMemory(int i, NDArray shaped) {
        memory[i] = keep(shaped);
        flatMemory[i] = keep(shaped.flatten());
    }

    /** Moves an array out of the reach of scopes around the training loop. */
    private NDArray keep(NDArray array) {
        NDScope.unregister(array);
        array.attach(manager);
        return array;
    }

    String id() {
        return id;
    }

    int group() {
        return group;
    }

    NDArray weight() {
        return weight;
    }

    void rebind(NDArray other) {
        weight = other;
    }

    /** Tells whether the hypergradients are measured here; replicas have the same gradient. */
    boolean leads() {
        return replica == 0;
    }

    int replica() {
        return replica;
    }

    long size() {
        return weight.size();
    }

    boolean isPending() {
        return pending != null;
    }

    NDArray requirePending() {
        if (pending == null) {
            throw new IllegalStateException("Parameter " + id + " has no gradient to apply.");
        }
        return pending;
    }

    /** Tells whether it is known how the last update depended on the hyperparameters. */
    boolean canMeasure(Needs needs) {
        return updated && (!needs.gradient() || previous != null);
    }

    /** Says that the stashed gradient has been measured. */
    void markMeasured() {
        measured = true;
    }

    boolean isMeasured() {
        return measured;
    }

    /** Takes a copy of a gradient that is closed when its arrival ends. */
    void stash(NDArray gradient, float rescale) {
        NDArray copy = gradient.duplicate();
        if (rescale != 1f) {
            copy.muli(rescale);
        }
        pending = keep(copy);
    }

    /** Limits every number of the stashed gradient; the hypergradients are measured before. */
    void clip(float limit) {
        NDArray gradient = requirePending();
        pending = keep(gradient.clip(-limit, limit));
        gradient.close();
    }

    /** What is known of the last update; the weight is opened by the caller. */
    Remembered remembered(@Nullable NDArray flatWeight) {
        return new Remembered(previous, flatMemory, flatWeight);
    }

    NDArray flatWeight() {
        try (NDArray plain = weight.stopGradient()) {
            return plain.flatten();
        }
    }

    /** Applies the stashed gradient. */
    void update(AppliedValues h, Needs needs) {
        NDArray gradient = requirePending();
        NDArray decayed = WeightUpdate.decayed(weight, gradient, h);
        WeightUpdate.run(weight, gradient, decayed, memory, h);
        forgetGradient();
        if (needs.gradient()) {
            previous = keep(decayed.flatten());
        }
        if (decayed != gradient) {
            decayed.close();
        }
        drop();
        updated = true;
    }

    /** Frees the gradient of the last update, when it has been measured or is not needed. */
    void forgetGradient() {
        if (previous != null) {
            previous.close();
            previous = null;
        }
    }

    /** Frees the stashed gradient without applying it. */
    void drop() {
        if (pending != null) {
            pending.close();
            pending = null;
        }
        measured = false;
    }

    @Nullable NDArray previous() {
        return previous;
    }

    NDArray[] memory() {
        return memory.clone();
    }

    /** Goes on from copies of saved arrays. */
    void restore(@Nullable NDArray savedGradient, NDArray[] savedMemory) {
        forgetGradient();
        for (int i = 0; i < memory.length; i++) {
            memory[i].close();
            flatMemory[i].close();
            setMemory(i, copy(savedMemory[i]));
        }
        if (savedGradient != null) {
            previous = keep(copy(savedGradient));
        }
        updated = true;
    }

    private NDArray copy(NDArray saved) {
        return saved.toDevice(weight.getDevice(), true);
    }

    @Override
    public void close() {
        drop();
        forgetGradient();
        for (int i = 0; i < memory.length; i++) {
            memory[i].close();
            flatMemory[i].close();
        }
    }
}
