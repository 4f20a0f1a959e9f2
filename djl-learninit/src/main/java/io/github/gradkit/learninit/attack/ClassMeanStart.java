package io.github.gradkit.learninit.attack;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.advtrain.attack.PerturbationStart;
import io.github.gradkit.advtrain.attack.StartRequest;
import java.util.HashMap;
import java.util.Map;

/**
 * Starts at the mean change that attacks on examples of the same class have ended with, and
 * uniformly for a class that was not attacked yet, and in restarts. What a learned start has to
 * beat: it knows the label, but not the example.
 *
 * <p>Learns from {@link #add}, and from the attacks of adversarial training. Keeps one change for
 * each class in Java's heap. Not safe for several threads.
 */
public final class ClassMeanStart implements PerturbationStart {

    private final Map<Integer, Mean> means = new HashMap<>();
    private int features;

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
     * Takes in where attacks have ended.
     *
     * @param labels the true classes, one for each example
     * @param changes the changes of the inputs, {@code (batch, ...)}, of floating type; not kept
     * @throws IllegalArgumentException if there is not a change for each label, or changes have
     *     more or fewer features than before
     */
    public void add(int[] labels, NDArray changes) {
        features = features(labels, changes);
        float[] values = HostFloats.of(changes);
        for (int i = 0; i < labels.length; i++) {
            means.computeIfAbsent(labels[i], label -> new Mean(features)).add(values, i * features);
        }
    }

    @Override
    public void finished(StartRequest request, NDArray change) {
        add(request.labels(), change);
    }

    @Override
    public NDArray start(StartRequest request) {
        NDArray fresh = request.uniform();
        if (request.attempt() > 0 || means.isEmpty()) {
            return fresh;
        }
        try (fresh) {
            int[] labels = request.labels();
            int size = features(labels, fresh);
            float[] values = HostFloats.of(fresh);
            for (int i = 0; i < labels.length; i++) {
                Mean mean = means.get(labels[i]);
                if (mean != null) {
                    mean.copyTo(values, i * size);
                }
            }
            return HostFloats.like(request.inputs(), values);
        }
    }

    private int features(int[] labels, NDArray changes) {
        long rows = changes.getShape().dimension() == 0 ? 0 : changes.getShape().get(0);
        if (labels.length == 0 || rows != labels.length) {
            throw new IllegalArgumentException(
                    "There must be a change for each label, but there are "
                            + labels.length
                            + " labels and changes "
                            + changes.getShape()
                            + ".");
        }
        int now = Math.toIntExact(changes.size() / rows);
        if (!means.isEmpty() && now != features) {
            throw new IllegalArgumentException(
                    "The changes seen before have "
                            + features
                            + " features each, but now there are "
                            + now
                            + ". Make a start for each kind of input.");
        }
        return now;
    }
}
