package io.github.gradkit.advtrain.train;

import ai.djl.Model;
import io.github.gradkit.support.model.ParameterPaths;
import org.jspecify.annotations.Nullable;

/** A copy of all parameters of a model, running statistics included. */
final class BestWeights implements AutoCloseable {

    private @Nullable SavedArrays saved;

    /** Keeps the weights that a model has now, instead of those from before. */
    void keep(Model model) {
        if (isKept()) {
            require().saveAgain();
            return;
        }
        SavedArrays fresh = new SavedArrays(model.getNDManager(), "best weights");
        ParameterPaths.of(model.getBlock()).values().forEach(one -> fresh.save(one.getArray()));
        saved = fresh;
    }

    boolean isKept() {
        return saved != null && saved.isOpen();
    }

    /** Gives the model the weights that were kept. */
    void restore() {
        require().restore();
    }

    private SavedArrays require() {
        if (saved == null) {
            throw new IllegalStateException("no weights are kept");
        }
        return saved;
    }

    @Override
    public void close() {
        if (saved != null) {
            saved.close();
            saved = null;
        }
    }
}
