package io.github.gradkit.learninit.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.gradkit.advtrain.attack.PerturbationStart;
import io.github.gradkit.advtrain.attack.StartRequest;
import java.util.HashMap;
import java.util.Map;

/**
 * Starts at the mean change that attacks on examples of the same class have ended with, and
 * uniformly for a class that was not attacked yet, and in restarts. What a learned start has to
 * beat: it knows the label, but not the example.
 *
 * <p>Keeps one change for each class in Java's heap. Not safe for several threads.
 */
public final class ClassMeanStart implements PerturbationStart {

    private final Map<Integer, Mean> means = new HashMap<>();

    /** The sum of some changes, and their number. */
    private static final class Mean {

        private final double[] sum;
        private int count;

        private Mean(int features) {
            sum = new double[features];
        }

        private void add(float[] values, int from) {
            count++;
            for (int j = 0; j < sum.length; j++) {
                sum[j] += values[from + j];
            }
        }

        private void copyTo(float[] values, int from) {
            for (int j = 0; j < sum.length; j++) {
                values[from + j] = (float) (sum[j] / count);
            }
        }
    }

    /** Makes a start that has seen nothing. */
    public ClassMeanStart() {}

    /**
     * Takes in where an attack has ended.
     *
     * @param labels the true classes, one for each example
     * @param changes the changes of the inputs, {@code (batch, ...)}; not kept
     */
    public void add(int[] labels, NDArray changes) {
        float[] values = floats(changes);
        int features = labels.length == 0 ? 0 : values.length / labels.length;
        for (int i = 0; i < labels.length; i++) {
            means.computeIfAbsent(labels[i], label -> new Mean(features)).add(values, i * features);
        }
    }

    private static float[] floats(NDArray array) {
        try (NDArray typed = array.toType(DataType.FLOAT32, true)) {
            return typed.toFloatArray();
        }
    }

    @Override
    public void finished(StartRequest request, NDArray change) {
        add(request.labels(), change);
    }

    @Override
    public NDArray start(StartRequest request) {
        NDArray fresh = request.uniform();
        if (request.attempt() > 0) {
            return fresh;
        }
        try (fresh) {
            float[] values = floats(fresh);
            int[] labels = request.labels();
            int features = labels.length == 0 ? 0 : values.length / labels.length;
            for (int i = 0; i < labels.length; i++) {
                Mean mean = means.get(labels[i]);
                if (mean != null) {
                    mean.copyTo(values, i * features);
                }
            }
            NDArray like = request.inputs();
            try (NDArray given = like.getManager().create(values, like.getShape());
                    NDArray typed = given.toType(like.getDataType(), true)) {
                // The copy leaves the Java buffer that a new array sits on.
                return typed.toDevice(like.getDevice(), false).duplicate();
            }
        }
    }
}
