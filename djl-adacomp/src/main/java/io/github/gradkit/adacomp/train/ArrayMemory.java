package io.github.gradkit.adacomp.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads and writes the values of arrays, whether they collect a gradient or not. */
final class ArrayMemory {

    private ArrayMemory() {}

    /** What is done with the bytes of an array. */
    interface Reader {
        void read(ByteBuffer bytes);
    }

    /** Shows the bytes, in native order, as long as the reader runs. */
    static void read(NDArray array, Reader reader) {
        try (NDManager scratch = array.getManager().newSubManager()) {
            reader.read(detached(array, scratch).toByteBuffer(true).order(ByteOrder.nativeOrder()));
        }
    }

    /** Overwrites all values in place. */
    static void write(NDArray array, ByteBuffer bytes) {
        if (array.isEmpty()) {
            return;
        }
        try (NDManager scratch = array.getManager().newSubManager()) {
            ByteBuffer direct = ByteBuffer.allocateDirect(bytes.remaining());
            direct.order(ByteOrder.nativeOrder()).put(bytes).rewind();
            NDArray values = scratch.create(direct, array.getShape(), array.getDataType());
            detached(array, scratch).set(new NDIndex("..."), values);
        }
    }

    static void write(NDArray array, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
        bytes.order(ByteOrder.nativeOrder()).asFloatBuffer().put(values);
        write(array, bytes);
    }

    /** Shares the memory, but is no leaf of a graph, which torch lets nobody write to. */
    private static NDArray detached(NDArray array, NDManager scratch) {
        NDArray detached = array.stopGradient();
        detached.attach(scratch);
        return detached;
    }
}
