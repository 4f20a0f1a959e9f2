package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.stream.IntStream;

/** Values on the Java side, one for each row of a matrix. */
final class PerRow {

    private PerRow() {}

    /** Returns values as a column that multiplies a matrix row by row; for use in a scratch. */
    static NDArray column(double[] values, NDArray like) {
        return like.getManager()
                .create(values, new Shape(values.length, 1))
                .toType(like.getDataType(), true)
                .toDevice(like.getDevice(), false);
    }

    /** Takes the flagged rows from one matrix and the others from another. */
    static NDArray choose(boolean[] flags, NDArray yes, NDArray no, NDManager manager) {
        return Scratch.keep(
                manager,
                () -> {
                    NDArray mask = manager.create(flags).toDevice(no.getDevice(), false);
                    return NDArrays.where(mask.reshape(-1, 1).broadcast(no.getShape()), yes, no);
                });
    }

    /** Counts the entries of a larger size. */
    static int[] countAbove(NDArray matrix, double size) {
        HostMatrix host = HostMatrix.copyOf(matrix);
        int[] counts = new int[host.rows()];
        for (int i = 0; i < host.values().length; i++) {
            counts[i / host.columns()] += Math.abs(host.values()[i]) > size ? 1 : 0;
        }
        return counts;
    }

    static boolean any(boolean[] flags) {
        for (boolean flag : flags) {
            if (flag) {
                return true;
            }
        }
        return false;
    }

    static int[] pick(int[] values, int[] places) {
        return IntStream.of(places).map(i -> values[i]).toArray();
    }

    static double[] pick(double[] values, int[] places) {
        return IntStream.of(places).mapToDouble(i -> values[i]).toArray();
    }

    static boolean[] pick(boolean[] values, int[] places) {
        boolean[] picked = new boolean[places.length];
        for (int i = 0; i < places.length; i++) {
            picked[i] = values[places[i]];
        }
        return picked;
    }
}
