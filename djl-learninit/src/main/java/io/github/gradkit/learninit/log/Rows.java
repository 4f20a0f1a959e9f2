package io.github.gradkit.learninit.log;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** Some of the rows of arrays. */
final class Rows {

    private Rows() {}

    static NDArray take(NDArray array, NDManager manager, int[] rows) {
        Column column = new Column(array.getShape().slice(1));
        column.append(array.toFloatArray());
        return column.take(manager, rows);
    }

    static NDList take(NDList arrays, NDManager manager, int[] rows) {
        NDList taken = new NDList();
        arrays.forEach(array -> taken.add(take(array, manager, rows)));
        return taken;
    }
}
