package io.github.gradkit.adacomp.train;

import ai.djl.Device;

/** Where gradients are packed. */
enum PackingPlace {
    /** Where they are: on a GPU they stay there, on the CPU their memory is read. */
    AUTOMATIC,
    /** With NDArray operations, also on the CPU. */
    DEVICE,
    /** In the memory of the host; gradients on a GPU are copied there. */
    HOST;

    boolean isOnDevice(Device device) {
        return this == AUTOMATIC ? device.isGpu() : this == DEVICE;
    }
}
