package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import java.util.HashMap;
import java.util.Map;

/**
 * The examples that still stand, and the matrices an attack keeps for them, row by row. Examples
 * that are broken leave, so that no more passes are spent on them.
 */
final class ActiveSet implements AutoCloseable {

    private final AttackTask root;
    private final Map<String, NDArray> arrays = new HashMap<>();
    private AttackTask task;

    /** Starts with all examples of a task, which stays owned by the caller. */
    ActiveSet(AttackTask root) {
        this.root = root;
        this.task = root;
    }

    /** Returns the task of the examples that still stand. */
    AttackTask task() {
        return task;
    }

    /** Returns a matrix; closed by this set. */
    NDArray get(String name) {
        NDArray array = arrays.get(name);
        if (array == null) {
            throw new IllegalStateException("no matrix named " + name);
        }
        return array;
    }

    boolean has(String name) {
        return arrays.containsKey(name);
    }

    /** Takes over a matrix with one row per example, and closes the one it replaces. */
    void set(String name, NDArray array) {
        array.attach(root.manager());
        NDArray former = arrays.put(name, array);
        if (former != null && former != array) {
            former.close();
        }
    }

    /**
     * Lets the broken examples go.
     *
     * @return the places of those that stay; all of them if none was broken
     */
    int[] retain(boolean[] broken) {
        int[] keep = Rows.where(broken, false);
        if (keep.length == broken.length || keep.length == 0) {
            return keep;
        }
        AttackTask fewer = task.select(keep);
        try (NDArray index = Rows.index(keep, fewer.region().flatInputs(), fewer.manager())) {
            arrays.replaceAll(
                    (name, array) -> {
                        NDArray taken = Rows.take(array, index, root.manager());
                        array.close();
                        return taken;
                    });
        }
        closeTask();
        task = fewer;
        return keep;
    }

    private void closeTask() {
        if (task != root) {
            task.close();
        }
    }

    @Override
    public void close() {
        arrays.values().forEach(NDArray::close);
        arrays.clear();
        closeTask();
        task = root;
    }
}
