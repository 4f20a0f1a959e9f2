package io.github.gradkit.adacomp.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * The gradient of one layer in the memory of the host.
 *
 * <p>On the CPU this is a view of the memory of torch. On a GPU, or if the gradient is not laid out
 * in order, it is a copy. A gradient that torch has not made, because no backward pass came there,
 * reads as zeros, and what is written to it is lost: {@link #canWrite} tells.
 */
final class LayerGradient {

    private final NDArray weight;
    private final NDArray handle;
    private final FloatBuffer values;
    private final boolean shared;

    private LayerGradient(NDArray weight, NDArray handle, FloatBuffer values, boolean shared) {
        this.weight = weight;
        this.handle = handle;
        this.values = values;
        this.shared = shared;
    }

    /** Opens the gradient until the manager is closed. */
    static LayerGradient open(NDArray weight, NDManager scratch) {
        NDArray handle = handle(weight, scratch);
        if (handle.isEmpty()) {
            return new LayerGradient(weight, handle, FloatBuffer.allocate(0), true);
        }
        if (!weight.getDevice().isGpu()) {
            ByteBuffer bytes = bytes(handle);
            if (showsIn(bytes(handle(weight, scratch)), bytes)) {
                return new LayerGradient(weight, handle, bytes.asFloatBuffer(), true);
            }
        }
        return copy(weight, scratch);
    }

    /** Opens the gradient as a copy, wherever it is. */
    static LayerGradient copy(NDArray weight, NDManager scratch) {
        NDArray handle = handle(weight, scratch);
        return new LayerGradient(weight, handle, FloatBuffer.wrap(handle.toFloatArray()), false);
    }

    private static NDArray handle(NDArray weight, NDManager scratch) {
        NDArray handle = weight.getGradient();
        handle.attach(scratch);
        return handle;
    }

    private static ByteBuffer bytes(NDArray handle) {
        return handle.toByteBuffer(true).order(ByteOrder.nativeOrder());
    }

    /** Tells whether a change of one buffer shows in the other; leaves both as they were. */
    private static boolean showsIn(ByteBuffer other, ByteBuffer bytes) {
        IntBuffer bits = bytes.asIntBuffer();
        int before = bits.get(0);
        bits.put(0, ~before);
        boolean shows = other.asIntBuffer().get(0) == ~before;
        bits.put(0, before);
        return shows;
    }

    /** The values; to be read only. */
    FloatBuffer values() {
        return values;
    }

    /** Tells whether the gradient has memory to write to. */
    boolean canWrite(NDManager scratch) {
        if (shared || anyNonZero()) {
            return true;
        }
        set(scratch.ones(handle.getShape()));
        boolean arrived = handle(weight, scratch).toFloatArray()[0] == 1;
        set(scratch.create(values.array(), handle.getShape()));
        return arrived;
    }

    private boolean anyNonZero() {
        for (int i = 0; i < values.limit(); i++) {
            if (values.get(i) != 0) {
                return true;
            }
        }
        return false;
    }

    void write(float[] average, NDManager scratch) {
        if (shared) {
            values.put(0, average);
        } else {
            set(scratch.create(average, handle.getShape()));
        }
    }

    private void set(NDArray array) {
        handle.set(new NDIndex("..."), array);
    }
}
