package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;

/** The arrays of one or more parameters as one vector each. */
record JoinedArrays(NDArray gradient, Remembered last, List<NDArray> owned)
        implements AutoCloseable {

    /** One parameter whose gradient has just come. */
    static JoinedArrays of(ParameterSlot slot, NDArray gradient, boolean withWeight) {
        List<NDArray> owned = new ArrayList<>();
        NDArray flat = gradient.flatten();
        owned.add(flat);
        NDArray weight = withWeight ? weights(List.of(slot), owned) : null;
        return new JoinedArrays(flat, slot.remembered(weight), owned);
    }

    /** Parameters whose arrays lie side by side already. */
    static JoinedArrays of(
            SmallParameters small, NDArray gradient, List<ParameterSlot> part, Needs needs) {
        List<NDArray> owned = new ArrayList<>();
        NDArray weight = needs.weight() ? weights(part, owned) : null;
        return new JoinedArrays(
                gradient, small.remembered(part.get(0).previous() != null, weight), owned);
    }

    /** Parameters whose arrays must be put together. */
    static JoinedArrays of(List<ParameterSlot> part, boolean withWeight) {
        List<NDArray> owned = new ArrayList<>();
        NDArray gradient = join(part.stream().map(ParameterSlot::flatPending).toList(), owned);
        NDArray previous = null;
        if (part.get(0).previous() != null) {
            previous = join(part.stream().map(ParameterSlot::previous).toList(), owned);
        }
        NDArray weight = withWeight ? weights(part, owned) : null;
        NDArray[] memory = part.get(0).remembered(null).memory().clone();
        for (int i = 0; i < memory.length; i++) {
            int at = i;
            memory[i] =
                    join(
                            part.stream().map(slot -> slot.remembered(null).memory()[at]).toList(),
                            owned);
        }
        return new JoinedArrays(gradient, new Remembered(previous, memory, weight), owned);
    }

    private static NDArray weights(List<ParameterSlot> part, List<NDArray> owned) {
        List<NDArray> flat = part.stream().map(ParameterSlot::flatWeight).toList();
        owned.addAll(flat);
        return join(flat, owned);
    }

    private static NDArray join(List<NDArray> flat, List<NDArray> owned) {
        if (flat.size() == 1) {
            return flat.get(0);
        }
        NDArray joined = NDArrays.concat(new NDList(flat));
        owned.add(joined);
        return joined;
    }

    @Override
    public void close() {
        owned.forEach(NDArray::close);
    }

    /** A part of these arrays, to be closed by itself. */
    JoinedArrays slice(long from, long to) {
        NDIndex range = new NDIndex().addSliceDim(from, to);
        List<NDArray> parts = new ArrayList<>();
        NDArray[] memory = last.memory().clone();
        for (int i = 0; i < memory.length; i++) {
            memory[i] = slice(memory[i], range, parts);
        }
        NDArray previous = last.gradient();
        NDArray weight = last.weight();
        return new JoinedArrays(
                slice(gradient, range, parts),
                new Remembered(
                        previous == null ? null : slice(previous, range, parts),
                        memory,
                        weight == null ? null : slice(weight, range, parts)),
                parts);
    }

    private static NDArray slice(NDArray array, NDIndex range, List<NDArray> owned) {
        NDArray part = array.get(range);
        owned.add(part);
        return part;
    }
}
