package io.github.gradkit.hyperopt;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.support.gradient.ParameterGradients;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a tower keeps for one parameter on one device. */
final class ParameterSlot implements AutoCloseable {

    private static final NDIndex ALL = new NDIndex("...");
    private static final long NEVER = -1;

    /**
     * The order of creation of the parameters: the same in every process that builds the same
     * model, other than the order in which DJL hands gradients over. Sums of floats depend on it.
     */
    static final Comparator<ParameterSlot> ORDER =
            Comparator.comparingLong((ParameterSlot slot) -> slot.creation)
                    .thenComparing(slot -> slot.id)
                    .thenComparing(slot -> slot.replica);

    /** One array and a view of it as a vector. */
    private static final class Buffer {
        final NDArray shaped;
        final NDArray flat;

        Buffer(NDArray shaped, NDArray flat) {
            this.shaped = shaped;
            this.flat = flat;
        }

        void close() {
            flat.close();
            shaped.close();
        }
    }

    private final String id;
    private final long creation;
    private final int replica;
    private final int group;
    private final NDManager manager;
    private final Device device;
    private final DataType type;
    private final Shape shape;
    private final NDArray[] memory;
    private final NDArray[] flatMemory;

    private NDArray weight;

    /** The gradient of the last update, or that of the coming one when it came over it. */
    private @Nullable Buffer buffer;

    /** The gradient of the coming update while the last one is still needed. */
    private @Nullable Buffer spare;

    private @Nullable Buffer pending;
    private boolean hasPrevious;
    private long lastUpdate = NEVER;
    private boolean measured;

    ParameterSlot(
            String id, int replica, int group, NDArray weight, RuleSpec spec, NDManager manager) {
        this.id = id;
        this.creation = creation(id);
        this.replica = replica;
        this.group = group;
        this.weight = weight;
        this.manager = manager;
        // Noted here, because a weight that was freed can't tell any more.
        device = weight.getDevice();
        type = weight.getDataType();
        shape = weight.getShape();
        int size = HostRule.memorySize(spec.kind());
        memory = new NDArray[size];
        flatMemory = new NDArray[size];
        for (int i = 0; i < size; i++) {
            double first = HostRule.firstMemory(spec, i);
            setMemory(i, onDevice(manager.full(shape, (float) first, type)));
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

    /** A manager makes arrays on its own device, which is not that of every replica. */
    private NDArray onDevice(NDArray array) {
        if (array.getDevice().equals(device)) {
            return array;
        }
        try (array) {
            return array.toDevice(device, true);
        }
    }

    private NDArray keep(NDArray array) {
        return Slots.keep(array, manager);
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

    /** Tells whether an array could take the place of this weight. */
    boolean fits(NDArray other) {
        return other.getDevice().equals(device)
                && other.getDataType() == type
                && other.getShape().equals(shape);
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
        return shape.size();
    }

    long bytes() {
        int arrays = memory.length + (buffer == null ? 0 : 1) + (spare == null ? 0 : 1);
        return arrays * size() * type.getNumOfBytes();
    }

    boolean isPending() {
        return pending != null;
    }

    private Buffer requirePending() {
        if (pending == null) {
            throw new IllegalStateException("Parameter " + id + " has no gradient to apply.");
        }
        return pending;
    }

    boolean isPendingInSpare() {
        return pending != null && pending == spare;
    }

    /** An array of the size of this parameter, to hold its place. */
    NDArray flatPlaceholder() {
        if (buffer == null) {
            buffer = newBuffer();
        }
        return buffer.flat;
    }

    /** The stashed gradient as a vector. */
    NDArray flatPending() {
        return requirePending().flat;
    }

    /**
     * Tells whether it is known how the last update depended on the hyperparameters.
     *
     * @param needs what must be known
     * @param step the number of the last step; one that this parameter took no part in did not
     *     depend on anything
     */
    boolean canMeasure(Needs needs, long step) {
        return lastUpdate == step && (!needs.gradient() || hasPrevious);
    }

    /** The number of the step that last updated this parameter. */
    long lastUpdate() {
        return lastUpdate;
    }

    /** Says that the stashed gradient has been measured. */
    void markMeasured() {
        measured = true;
    }

    boolean isMeasured() {
        return measured;
    }

    /**
     * Takes a copy of a gradient that is closed when its arrival ends.
     *
     * @param gradient the gradient
     * @param over whether the last gradient has served and may be overwritten
     */
    void stash(NDArray gradient, boolean over) {
        boolean free = over || !hasPrevious;
        Buffer target = free ? buffer : spare;
        if (target == null) {
            target = newBuffer();
            if (free) {
                buffer = target;
            } else {
                spare = target;
            }
        }
        hasPrevious &= !free;
        target.shaped.set(ALL, gradient);
        pending = target;
    }

    /** Tells whether a backward pass has left something in the weight's own gradient. */
    boolean hasNewGradient() {
        return collectsGradient() && ParameterGradients.anyNonZero(weight);
    }

    /** Tells whether a backward pass adds to the gradient of the weight. */
    boolean collectsGradient() {
        return !weight.isReleased() && weight.hasGradient();
    }

    private Buffer newBuffer() {
        NDArray shaped = keep(onDevice(manager.create(shape, type)));
        return new Buffer(shaped, keep(shaped.flatten()));
    }

    /** Rescales and limits the stashed gradient; the hypergradients are measured before. */
    void scale(GradientScaling scaling) {
        NDArray gradient = requirePending().shaped;
        if (scaling.rescale() != 1f) {
            gradient.muli(scaling.rescale());
        }
        if (scaling.clips()) {
            clip(gradient, scaling.clip());
        }
    }

    private void clip(NDArray gradient, float limit) {
        // DJL leaves both limits behind as arrays, in the manager of what is clipped.
        try (NDManager scope = manager.newSubManager()) {
            NDArray view = gradient.stopGradient();
            view.attach(scope);
            NDArray clipped = view.clip(-limit, limit);
            clipped.attach(scope);
            gradient.set(ALL, clipped);
        }
    }

    /** What is known of the last update; the weight is opened by the caller. */
    Remembered remembered(@Nullable NDArray flatWeight) {
        return new Remembered(previous(), flatMemory, flatWeight);
    }

    NDArray flatWeight() {
        try (NDArray plain = weight.stopGradient()) {
            return plain.flatten();
        }
    }

    /** Applies the stashed gradient. */
    void update(AppliedValues h, Needs needs) {
        Buffer applied = requirePending();
        NDArray decayed = apply(applied.shaped, h);
        if (decayed != applied.shaped) {
            applied.shaped.set(ALL, decayed);
            decayed.close();
        }
        if (applied == spare) {
            spare = buffer;
            buffer = applied;
        }
        hasPrevious = needs.gradient() && leads();
        drop();
    }

    /** Applies a gradient that nothing is kept of. */
    void updateAtOnce(NDArray gradient, AppliedValues h) {
        NDArray decayed = apply(gradient, h);
        if (decayed != gradient) {
            decayed.close();
        }
    }

    /** Returns the gradient with weight decay, which is the gradient itself if there is none. */
    private NDArray apply(NDArray gradient, AppliedValues h) {
        NDArray decayed = WeightUpdate.decayed(weight, gradient, h);
        WeightUpdate.run(weight, gradient, decayed, memory, h);
        lastUpdate = h.step();
        return decayed;
    }

    /** Frees the stashed gradient without applying it. */
    void drop() {
        pending = null;
        measured = false;
    }

    /** The gradient of the last update as a vector, if it is kept. */
    @Nullable NDArray previous() {
        return hasPrevious && buffer != null ? buffer.flat : null;
    }

    NDArray[] memory() {
        return memory.clone();
    }

    /** Goes on from copies of saved arrays. */
    void restore(@Nullable NDArray savedGradient, NDArray[] savedMemory, long savedUpdate) {
        drop();
        for (int i = 0; i < memory.length; i++) {
            copyInto(memory[i], savedMemory[i]);
        }
        hasPrevious = savedGradient != null;
        if (savedGradient != null) {
            if (buffer == null) {
                buffer = newBuffer();
            }
            copyInto(buffer.flat, savedGradient);
        }
        lastUpdate = savedUpdate;
    }

    /** Copies values into an array, from whatever device. */
    static void copyInto(NDArray target, NDArray saved) {
        NDArray here = saved.toDevice(target.getDevice(), false);
        target.set(ALL, here);
        if (here != saved) {
            here.close();
        }
    }

    /**
     * Moves into shared vectors, so that several small parameters can be measured as one.
     *
     * @param flat receives each vector's part for this parameter: what the rule remembers, then the
     *     buffers of the last and of the coming gradient
     */
    void move(List<NDArray> flat) {
        for (int i = 0; i < memory.length; i++) {
            memory[i].close();
            flatMemory[i].close();
            setMemory(i, flat.get(i).reshape(shape));
            flat.get(i).close();
        }
        closeBuffers();
        buffer = adopt(flat.get(memory.length));
        spare = adopt(flat.get(memory.length + 1));
    }

    private Buffer adopt(NDArray flat) {
        return new Buffer(keep(flat.reshape(shape)), keep(flat));
    }

    @Override
    public void close() {
        drop();
        closeBuffers();
        for (int i = 0; i < memory.length; i++) {
            memory[i].close();
            flatMemory[i].close();
        }
    }

    private void closeBuffers() {
        if (buffer != null) {
            buffer.close();
        }
        if (spare != null) {
            spare.close();
        }
    }
}
