package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Rows of matrices and the like. */
final class Rows {

    private Rows() {}

    /** Copies some rows; the copy belongs to the manager. */
    static NDArray take(NDArray array, NDArray rows, NDManager manager) {
        NDArray taken = array.get(rows);
        taken.attach(manager);
        return taken;
    }

    /** Makes an index for {@link #take}. */
    static NDArray index(int[] rows, NDArray like, NDManager manager) {
        long[] wide = new long[rows.length];
        for (int i = 0; i < rows.length; i++) {
            wide[i] = rows[i];
        }
        NDArray index = manager.create(wide).toDevice(like.getDevice(), false);
        index.attach(manager);
        return index;
    }

    /** Returns the places where a flag has a value. */
    static int[] where(boolean[] flags, boolean value) {
        int count = 0;
        for (boolean flag : flags) {
            count += flag == value ? 1 : 0;
        }
        int[] places = new int[count];
        int next = 0;
        for (int i = 0; i < flags.length; i++) {
            if (flags[i] == value) {
                places[next++] = i;
            }
        }
        return places;
    }
}
