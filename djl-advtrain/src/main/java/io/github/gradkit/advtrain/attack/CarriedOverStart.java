package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Remembers the last change of each example. */
final class CarriedOverStart implements PerturbationStart {

    private final DataType kept;
    private final Map<Long, float[]> changes = new HashMap<>();

    CarriedOverStart(DataType kept) {
        this.kept = kept;
    }

    @Override
    public NDArray start(StartRequest request) {
        long[] indices = request.indices();
        try (NDArray fresh = request.uniform();
                NDArray typed = fresh.toType(kept, true)) {
            float[] values = typed.toFloatArray();
            int features = values.length / indices.length;
            for (int i = 0; i < indices.length; i++) {
                float[] change = changes.get(indices[i]);
                if (change != null && change.length == features) {
                    System.arraycopy(change, 0, values, i * features, features);
                }
            }
            NDArray like = request.inputs();
            try (NDArray given = like.getManager().create(values, like.getShape());
                    NDArray exact = given.toType(like.getDataType(), true);
                    NDArray moved = exact.toDevice(like.getDevice(), true)) {
                // The copy leaves the Java buffer that a new array sits on.
                return moved.duplicate();
            }
        }
    }

    @Override
    public void finished(StartRequest request, NDArray change) {
        long[] indices = request.indices();
        try (NDArray typed = change.toType(kept, true)) {
            float[] values = typed.toFloatArray();
            int features = values.length / indices.length;
            for (int i = 0; i < indices.length; i++) {
                changes.put(
                        indices[i], Arrays.copyOfRange(values, i * features, (i + 1) * features));
            }
        }
    }
}
