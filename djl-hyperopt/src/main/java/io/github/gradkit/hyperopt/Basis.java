package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Basis vectors, some of them made for the occasion. */
final class Basis implements AutoCloseable {

    private final Map<BasisVector, NDArray> vectors = new EnumMap<>(BasisVector.class);
    private final List<NDArray> owned = new ArrayList<>();

    /** Adds a vector that lives on elsewhere. */
    void borrow(BasisVector name, NDArray vector) {
        vectors.put(name, vector);
    }

    /** Adds a vector that is closed with this basis. */
    void own(BasisVector name, NDArray vector) {
        vectors.put(name, own(vector));
    }

    /** Closes an array with this basis. */
    NDArray own(NDArray array) {
        owned.add(array);
        return array;
    }

    Map<BasisVector, NDArray> vectors() {
        return vectors;
    }

    @Override
    public void close() {
        owned.forEach(NDArray::close);
    }
}
