package io.github.gradkit.advtrain.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;

/** Copies of arrays, to give them their values back. */
final class SavedArrays implements AutoCloseable {

    private static final NDIndex ALL = new NDIndex("...");

    private final NDManager manager;
    // A list, since arrays of equal content count as equal keys of a map.
    private final List<Saved> saved = new ArrayList<>();

    private record Saved(NDArray array, NDArray copy) {}

    /** Keeps copies until the parent closes, or this object does. */
    SavedArrays(NDManager parent, String name) {
        manager = parent.newSubManager();
        manager.setName(name);
    }

    /** Saves an array, and returns the copy, which stays owned by this object. */
    NDArray save(NDArray array) {
        NDArray copy = array.duplicate();
        copy.attach(manager);
        saved.add(new Saved(array, copy));
        return copy;
    }

    /** Saves the values that the arrays have now. */
    void saveAgain() {
        saved.forEach(one -> one.copy.set(ALL, one.array));
    }

    /** Gives all arrays the values they had when they were saved. */
    void restore() {
        saved.forEach(one -> one.array.set(ALL, one.copy));
    }

    boolean isOpen() {
        return manager.isOpen();
    }

    @Override
    public void close() {
        saved.clear();
        manager.close();
    }
}
