package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;

/**
 * A matrix copied to the host, in double precision.
 *
 * <p>What is solved row by row is solved here: sums in double keep a row inside its ball to the
 * last digit of a float, and each row takes only the passes it needs.
 */
final class HostMatrix {

    /** Larger values count as this one, so that no sum of squares overflows. */
    static final double LARGEST = 1e100;

    /** Fewer values than this are not worth waking another thread for. */
    private static final int ENOUGH_TO_SHARE = 1 << 14;

    /** A core may be busy with something else, so that equal shares would wait for it. */
    private static final int SHARES_PER_CORE = 4;

    private final double[] values;
    private final int rows;
    private final int columns;

    private HostMatrix(double[] values, int rows, int columns) {
        this.values = values;
        this.rows = rows;
        this.columns = columns;
    }

    static HostMatrix zeros(int rows, int columns) {
        return new HostMatrix(new double[Math.multiplyExact(rows, columns)], rows, columns);
    }

    /** Copies a matrix of floating type. */
    static HostMatrix copyOf(NDArray matrix) {
        HostMatrix copy = zeros(size(matrix, 0), size(matrix, 1));
        if (copy.values.length == 0) {
            return copy;
        }
        try (NDManager scratch = matrix.getManager().newSubManager()) {
            NDArray detached = matrix.stopGradient();
            detached.attach(scratch);
            DataType type = detached.getDataType();
            if (type == DataType.FLOAT64) {
                detached.toByteBuffer(true).asDoubleBuffer().get(copy.values);
            } else {
                NDArray single = detached.toType(DataType.FLOAT32, false);
                copy.widen(single.toByteBuffer(true).asFloatBuffer());
            }
        }
        return copy;
    }

    /** Copies a matrix; NaN becomes 0 and infinity the largest value. */
    static HostMatrix finiteCopyOf(NDArray matrix) {
        HostMatrix copy = copyOf(matrix);
        double[] values = copy.values;
        for (int i = 0; i < values.length; i++) {
            double value = values[i];
            if (!(Math.abs(value) <= LARGEST)) {
                values[i] = Double.isNaN(value) ? 0 : Math.copySign(LARGEST, value);
            }
        }
        return copy;
    }

    /** The live values, row by row. */
    double[] values() {
        return values;
    }

    int rows() {
        return rows;
    }

    int columns() {
        return columns;
    }

    /** Work on some of the rows, from the first one to before the last one. */
    @FunctionalInterface
    interface RowWork {

        void on(int first, int last);
    }

    /**
     * Works on all rows, several at once. What is done to a row must depend on no other row, and
     * buffers are made anew for each call.
     */
    void share(RowWork work) {
        int cores = ForkJoinPool.getCommonPoolParallelism() + 1;
        int shares = values.length < ENOUGH_TO_SHARE ? 1 : Math.min(rows, SHARES_PER_CORE * cores);
        IntStream.range(0, shares)
                .parallel()
                .forEach(i -> work.on(start(i, shares), start(i + 1, shares)));
    }

    private int start(int share, int shares) {
        return Math.toIntExact((long) rows * share / shares);
    }

    /** Replaces every value by that of another matrix plus a multiple of itself. */
    void scaleAndAdd(double scale, HostMatrix other) {
        for (int i = 0; i < values.length; i++) {
            values[i] = other.values[i] + scale * values[i];
        }
    }

    private static int size(NDArray matrix, int axis) {
        return Math.toIntExact(matrix.getShape().get(axis));
    }

    private void widen(FloatBuffer buffer) {
        float[] narrow = new float[values.length];
        buffer.get(narrow);
        for (int i = 0; i < narrow.length; i++) {
            values[i] = narrow[i];
        }
    }

    /** Returns a new array with these values on the manager and device, and of the type, given. */
    NDArray toArray(NDArray like) {
        return toArray(like, new Shape(rows, columns));
    }

    NDArray toArray(NDArray like, Shape shape) {
        NDManager target = like.getManager();
        if (values.length == 0) {
            return target.create(shape, like.getDataType(), like.getDevice());
        }
        boolean wide = like.getDataType() == DataType.FLOAT64;
        try (NDManager scratch = target.newSubManager()) {
            NDArray buffered =
                    scratch.create(
                            wide ? wideBytes() : narrowBytes(),
                            shape,
                            wide ? DataType.FLOAT64 : DataType.FLOAT32);
            NDArray typed = buffered.toType(like.getDataType(), false);
            // The duplicate leaves the Java buffer, which goes when the scratch manager closes.
            NDArray result = typed.toDevice(like.getDevice(), false).duplicate();
            result.attach(target);
            return result;
        }
    }

    private ByteBuffer wideBytes() {
        ByteBuffer bytes = allocate(Double.BYTES);
        bytes.asDoubleBuffer().put(values);
        return bytes;
    }

    private ByteBuffer narrowBytes() {
        float[] narrow = new float[values.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) values[i];
        }
        ByteBuffer bytes = allocate(Float.BYTES);
        bytes.asFloatBuffer().put(narrow);
        return bytes;
    }

    private ByteBuffer allocate(int width) {
        int bytes = Math.multiplyExact(values.length, width);
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
