package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;

/** The arrays of one or more parameters as one vector each. */
record JoinedArrays(NDArray gradient, Remembered last, List<NDArray> owned)
        implements AutoCloseable {

    static JoinedArrays of(List<ParameterSlot> part, boolean withWeight) {
        List<NDArray> owned = new ArrayList<>();
        NDArray gradient = join(part.stream().map(JoinedArrays::flatPending).toList(), owned, true);
        ParameterSlot first = part.get(0);
        NDArray previous =
                part.stream().allMatch(slot -> slot.previous() != null)
                        ? join(part.stream().map(ParameterSlot::previous).toList(), owned, false)
                        : null;
        NDArray weight =
                withWeight
                        ? join(part.stream().map(ParameterSlot::flatWeight).toList(), owned, true)
                        : null;
        NDArray[] memory = first.remembered(null).memory().clone();
        for (int i = 0; i < memory.length; i++) {
            int at = i;
            memory[i] =
                    join(
                            part.stream().map(slot -> slot.remembered(null).memory()[at]).toList(),
                            owned,
                            false);
        }
        return new JoinedArrays(gradient, new Remembered(previous, memory, weight), owned);
    }

    private static NDArray flatPending(ParameterSlot slot) {
        return slot.requirePending().flatten();
    }

    private static NDArray join(List<NDArray> flat, List<NDArray> owned, boolean temporary) {
        if (temporary) {
            owned.addAll(flat);
        }
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
}
