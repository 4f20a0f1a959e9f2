package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The arrays of one or more parameters as one vector each. */
record JoinedArrays(NDArray gradient, Remembered last, List<NDArray> owned)
        implements AutoCloseable {

    /** One parameter whose gradient has just come. */
    static JoinedArrays of(ParameterSlot slot, NDArray gradient, boolean withWeight) {
        return make(
                owned -> {
                    NDArray flat = own(gradient.flatten(), owned);
                    NDArray weight = withWeight ? weights(List.of(slot), owned) : null;
                    return new JoinedArrays(flat, slot.remembered(weight), owned);
                });
    }

    /** Parameters whose arrays lie side by side already. */
    static JoinedArrays of(
            SmallParameters small, NDArray gradient, List<ParameterSlot> part, Needs needs) {
        boolean withGradient = part.get(0).previous() != null;
        return make(
                owned -> {
                    NDArray weight = needs.weight() ? weights(part, owned) : null;
                    return new JoinedArrays(
                            gradient, small.remembered(withGradient, weight), owned);
                });
    }

    /** Parameters whose arrays must be put together. */
    static JoinedArrays of(List<ParameterSlot> part, boolean withWeight) {
        return make(
                owned -> {
                    NDArray gradient = join(part, ParameterSlot::flatPending, owned);
                    NDArray previous =
                            part.get(0).previous() == null
                                    ? null
                                    : join(part, ParameterSlot::previous, owned);
                    NDArray weight = withWeight ? weights(part, owned) : null;
                    NDArray[] memory = part.get(0).remembered(null).memory().clone();
                    for (int i = 0; i < memory.length; i++) {
                        int at = i;
                        memory[i] = join(part, slot -> slot.remembered(null).memory()[at], owned);
                    }
                    return new JoinedArrays(
                            gradient, new Remembered(previous, memory, weight), owned);
                });
    }

    /** Frees what has been made so far if the rest can't be. */
    private static JoinedArrays make(Function<List<NDArray>, JoinedArrays> recipe) {
        List<NDArray> owned = new ArrayList<>();
        try {
            return recipe.apply(owned);
        } catch (RuntimeException | Error e) {
            owned.forEach(NDArray::close);
            throw e;
        }
    }

    private static NDArray own(NDArray array, List<NDArray> owned) {
        owned.add(array);
        return array;
    }

    private static NDArray weights(List<ParameterSlot> part, List<NDArray> owned) {
        return join(part, slot -> own(slot.flatWeight(), owned), owned);
    }

    private static NDArray join(
            List<ParameterSlot> part,
            Function<ParameterSlot, @Nullable NDArray> vector,
            List<NDArray> owned) {
        NDList flat = new NDList(part.size());
        for (ParameterSlot slot : part) {
            flat.add(Objects.requireNonNull(vector.apply(slot)));
        }
        return flat.size() == 1 ? flat.head() : own(NDArrays.concat(flat), owned);
    }

    /** A part of these arrays, to be closed by itself. */
    JoinedArrays slice(long from, long to) {
        NDIndex range = new NDIndex().addSliceDim(from, to);
        return make(
                parts -> {
                    NDArray[] memory = last.memory().clone();
                    for (int i = 0; i < memory.length; i++) {
                        memory[i] = own(memory[i].get(range), parts);
                    }
                    NDArray previous = last.gradient();
                    NDArray weight = last.weight();
                    return new JoinedArrays(
                            own(gradient.get(range), parts),
                            new Remembered(
                                    previous == null ? null : own(previous.get(range), parts),
                                    memory,
                                    weight == null ? null : own(weight.get(range), parts)),
                            parts);
                });
    }

    @Override
    public void close() {
        owned.forEach(NDArray::close);
    }
}
