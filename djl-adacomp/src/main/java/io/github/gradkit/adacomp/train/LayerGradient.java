package io.github.gradkit.adacomp.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of one layer, as an array and in the memory of the host.
 *
 * <p>On the CPU the latter is a view of the memory of torch. On a GPU, where packing is to leave
 * gradients on the device, or if the gradient is not laid out in order, it is a copy, made when
 * asked for. A gradient that torch has not made, because no backward pass came there, reads as
 * zeros, and what is written to it is lost: {@link #canWrite} tells.
 */
final class LayerGradient {

    private final NDArray weight;
    private final NDArray handle;
    private final boolean shared;
    private @Nullable FloatBuffer values;

    private LayerGradient(NDArray weight, NDArray handle, @Nullable FloatBuffer shared) {
        this.weight = weight;
        this.handle = handle;
        this.shared = shared != null;
        values = shared;
    }

    /** Opens the gradient until the manager is closed. */
    static LayerGradient open(String path, NDArray weight, PackingPlace place, NDManager scratch) {
        NDArray handle = handle(weight, scratch);
        requireDense(path, handle);
        if (handle.isEmpty()) {
            return new LayerGradient(weight, handle, FloatBuffer.allocate(0));
        }
        Device device = weight.getDevice();
        if (!device.isGpu() && !place.isOnDevice(device)) {
            ByteBuffer bytes = bytes(handle);
            if (showsIn(bytes(handle(weight, scratch)), bytes)) {
                return new LayerGradient(weight, handle, bytes.asFloatBuffer());
            }
        }
        return new LayerGradient(weight, handle, null);
    }

    private static void requireDense(String path, NDArray gradient) {
        if (gradient.isSparse()) {
            throw new IllegalStateException(
                    "The gradient of layer '"
                            + path
                            + "' is sparse, of the format "
                            + gradient.getSparseFormat()
                            + ", so an average with values for other weights can't be written to"
                            + " it. Build the embedding with"
                            + " optSparseFormat(SparseFormat.DENSE).");
        }
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

    /** The values on their device; to be read only. */
    NDArray array() {
        return handle;
    }

    /** The values on the host; to be read only, and asked for before anything is written. */
    FloatBuffer values() {
        if (values == null) {
            values = FloatBuffer.wrap(handle.toFloatArray());
        }
        return values;
    }

    /** Tells whether the gradient has memory to write to. */
    boolean canWrite(NDManager scratch) {
        if (shared || anyNonZero(handle)) {
            return true;
        }
        NDArray before = handle.duplicate();
        set(handle.onesLike());
        boolean arrived = anyNonZero(handle(weight, scratch));
        set(before);
        return arrived;
    }

    private static boolean anyNonZero(NDArray array) {
        return array.abs().max().getFloat() != 0;
    }

    /** Takes as many values as the gradient has from the start of an array. */
    void write(float[] average, NDManager scratch) {
        if (shared) {
            values().put(0, average, 0, values().limit());
        } else {
            FloatBuffer first = FloatBuffer.wrap(average, 0, Math.toIntExact(handle.size()));
            set(scratch.create(first, handle.getShape(), handle.getDataType()));
        }
    }

    private void set(NDArray array) {
        handle.set(new NDIndex("..."), array);
    }
}
