package io.github.gradkit.advtrain.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A copy of all parameters of a model, running statistics included. */
final class BestWeights implements AutoCloseable {

    private static final NDIndex ALL = new NDIndex("...");

    private final List<Saved> saved = new ArrayList<>();
    private @Nullable NDManager manager;

    private record Saved(NDArray array, NDArray copy) {}

    /** Copies the parameters, over those copied before. */
    void keep(Model model) {
        if (manager == null || !manager.isOpen()) {
            saved.clear();
            manager = model.getNDManager().newSubManager();
            manager.setName("best weights");
        }
        if (saved.isEmpty()) {
            NDManager owner = manager;
            ParameterPaths.of(model.getBlock()).values().forEach(one -> keep(one, owner));
        } else {
            saved.forEach(one -> one.copy.set(ALL, one.array));
        }
    }

    private void keep(Parameter parameter, NDManager owner) {
        NDArray copy = parameter.getArray().duplicate();
        copy.attach(owner);
        saved.add(new Saved(parameter.getArray(), copy));
    }

    /** Tells whether there is something to restore. */
    boolean isKept() {
        return !saved.isEmpty() && manager != null && manager.isOpen();
    }

    void restore() {
        saved.forEach(one -> one.array.set(ALL, one.copy));
    }

    /** Frees the copy. Closing again does nothing. */
    @Override
    public void close() {
        saved.clear();
        if (manager != null) {
            manager.close();
            manager = null;
        }
    }
}
