package io.github.gradkit.adacomp.train;

import ai.djl.ndarray.NDArray;

/** Where gradients are packed. */
enum PackingPlace {
    /** Where they are: on a GPU they stay there, on the CPU their memory is read. */
    AUTOMATIC,
    /** With NDArray operations, also on the CPU. */
    DEVICE,
    /** In the memory of the host; gradients on a GPU are copied there. */
    HOST;

    boolean isOnDevice(NDArray weight) {
        return this == AUTOMATIC ? weight.getDevice().isGpu() : this == DEVICE;
    }
}
