package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import org.junit.jupiter.api.Test;

class PackingPlaceTest {

    @Test
    void gradientsOfAGpuStayThereUnlessToldOtherwise() {
        assertThat(PackingPlace.AUTOMATIC.isOnDevice(Device.gpu())).isTrue();
        assertThat(PackingPlace.AUTOMATIC.isOnDevice(Device.cpu())).isFalse();
        assertThat(PackingPlace.DEVICE.isOnDevice(Device.cpu())).isTrue();
        assertThat(PackingPlace.HOST.isOnDevice(Device.gpu())).isFalse();
    }
}
