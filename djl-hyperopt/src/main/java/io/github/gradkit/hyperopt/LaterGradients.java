package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.support.gradient.ParameterGradients;
import java.util.ArrayList;
import java.util.List;

/**
 * The gradients that a later backward pass has left in weights whose held step is made only now.
 * The native updates clear them, and so they are put back afterwards.
 */
final class LaterGradients implements AutoCloseable {

    private record Copy(NDArray weight, NDArray gradient) {}

    private final NDManager manager;
    private final List<Copy> copies = new ArrayList<>();

    LaterGradients(List<ParameterSlot> held) {
        manager = held.get(0).weight().getManager().newSubManager();
        for (ParameterSlot slot : held) {
            if (slot.hasNewGradient()) {
                NDArray weight = slot.weight();
                copies.add(new Copy(weight, ParameterGradients.read(weight, manager)));
            }
        }
    }

    void putBack() {
        copies.forEach(copy -> ParameterGradients.write(copy.weight(), copy.gradient()));
    }

    @Override
    public void close() {
        manager.close();
    }
}
