package io.github.gradkit.learninit.log;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;

/** Some of the rows of arrays. */
final class Rows {

    private Rows() {}

    static NDArray take(NDArray array, NDManager manager, int[] rows) {
        Column column = new Column(array.getShape().slice(1));
        column.append(array.toFloatArray());
        return column.take(manager, rows);
    }

    /** Tells which rows hold finite numbers only in all arrays. */
    static boolean[] finite(NDList arrays) {
        boolean[] finite = new boolean[Math.toIntExact(arrays.head().getShape().get(0))];
        Arrays.fill(finite, true);
        for (NDArray array : arrays) {
            float[] numbers = array.toFloatArray();
            for (int i = 0; i < numbers.length; i++) {
                // As long, since the product of two numbers below 2^31 may be larger.
                finite[(int) ((long) i * finite.length / numbers.length)] &=
                        Float.isFinite(numbers[i]);
            }
        }
        return finite;
    }

    static NDList take(NDList arrays, NDManager manager, int[] rows) {
        NDList taken = new NDList();
        arrays.forEach(array -> taken.add(take(array, manager, rows)));
        return taken;
    }
}
