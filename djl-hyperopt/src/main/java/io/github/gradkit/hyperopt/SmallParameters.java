package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Small parameters whose arrays lie side by side in shared vectors, so that their inner products
 * are taken at one go: on a bias a native call costs more than its arithmetic.
 */
final class SmallParameters implements AutoCloseable {

    private final List<ParameterSlot> members;
    private final NDArray[] memory;
    private NDArray last;
    private NDArray coming;
    private boolean comingUsed;

    /** Moves the parameters, which have just been updated, into new vectors. */
    SmallParameters(List<ParameterSlot> members, NDManager manager) {
        this.members = List.copyOf(members);
        int size = members.get(0).remembered(null).memory().length;
        memory = new NDArray[size];
        for (int i = 0; i < size; i++) {
            int at = i;
            memory[i] = join(slot -> slot.remembered(null).memory()[at], manager);
        }
        last = join(SmallParameters::lastOrPlaceholder, manager);
        coming = Slots.keep(last.duplicate(), manager);
        int from = 0;
        for (ParameterSlot slot : members) {
            int to = from + Math.toIntExact(slot.size());
            slot.move(views(from, to));
            from = to;
        }
    }

    private static NDArray lastOrPlaceholder(ParameterSlot slot) {
        NDArray previous = slot.previous();
        // What is not there is never read; this only holds its place.
        return previous == null ? slot.flatPlaceholder() : previous;
    }

    private NDArray join(Function<ParameterSlot, NDArray> part, NDManager manager) {
        return Slots.keep(
                NDArrays.concat(new NDList(members.stream().map(part).toList())), manager);
    }

    private List<NDArray> views(int from, int to) {
        NDIndex range = new NDIndex().addSliceDim(from, to);
        List<NDArray> views = new ArrayList<>();
        for (NDArray array : memory) {
            views.add(array.get(range));
        }
        views.add(last.get(range));
        views.add(coming.get(range));
        return views;
    }

    /** Tells whether these are exactly the parameters given, in this order. */
    boolean are(List<ParameterSlot> others) {
        return members.equals(others);
    }

    /** The gradients that have come, or {@code null} if they do not lie in one vector. */
    @Nullable NDArray gradient() {
        long inSpare = members.stream().filter(ParameterSlot::isPendingInSpare).count();
        comingUsed = inSpare == members.size();
        if (comingUsed) {
            return coming;
        }
        return inSpare == 0 ? last : null;
    }

    Remembered remembered(boolean withGradient, @Nullable NDArray weight) {
        return new Remembered(withGradient ? last : null, memory, weight);
    }

    /** Follows the parameters after an update: what came is now the last gradient. */
    void updated() {
        if (comingUsed) {
            NDArray kept = coming;
            coming = last;
            last = kept;
        }
    }

    boolean hasAnyOf(List<ParameterSlot> others) {
        return members.stream().anyMatch(others::contains);
    }

    @Override
    public void close() {
        for (NDArray array : memory) {
            array.close();
        }
        last.close();
        coming.close();
    }
}
