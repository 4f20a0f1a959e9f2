package io.github.gradkit.learninit.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RenewedAdamTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void whatAFitRemembersIsFreedByTheNextOneAndByClosing() {
        NDArray weight = manager.ones(new Shape(3));
        weight.setRequiresGradient(true);
        RenewedAdam adam = new RenewedAdam();
        adam.renew(2);
        adam.update("w", weight, weight.onesLike());
        List<NDArray> first = adam.remembered();
        adam.renew(2);
        assertThat(first).hasSize(2).allSatisfy(RenewedAdamTest::assertFreed);
        adam.update("w", weight, weight.onesLike());
        List<NDArray> second = adam.remembered();
        adam.close();
        assertThat(second).hasSize(2).allSatisfy(RenewedAdamTest::assertFreed);
        assertThat(weight.toFloatArray()).hasSize(3);
    }

    private static void assertFreed(NDArray array) {
        assertThatThrownBy(array::toFloatArray).isInstanceOf(IllegalStateException.class);
    }
}
