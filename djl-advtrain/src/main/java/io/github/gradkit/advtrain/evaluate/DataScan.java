package io.github.gradkit.advtrain.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.advtrain.attack.AttackInput;
import java.util.Arrays;
import java.util.stream.IntStream;

/** One pass over a data set: its labels, the range of each feature, and a fingerprint. */
final class DataScan {

    private final int[] labels;
    private final double[] smallest;
    private final double[] largest;
    private final Shape shape;
    private final String fingerprint;

    private DataScan(
            int[] labels, double[] smallest, double[] largest, Shape shape, String fingerprint) {
        this.labels = labels;
        this.smallest = smallest;
        this.largest = largest;
        this.shape = shape;
        this.fingerprint = fingerprint;
    }

    static DataScan of(EvaluationData data, NDManager parent, int batchSize) {
        Digest digest = new Digest();
        int[] labels = new int[data.size()];
        double[] smallest = {};
        double[] largest = {};
        Shape shape = new Shape();
        for (int from = 0; from < labels.length; from += batchSize) {
            int[] indices =
                    IntStream.range(from, Math.min(labels.length, from + batchSize)).toArray();
            try (NDManager manager = parent.newSubManager()) {
                AttackInput input = data.read(manager, indices);
                Shape one = input.inputs().getShape().slice(1);
                if (from == 0) {
                    shape = one;
                    smallest = filled(one, Double.POSITIVE_INFINITY);
                    largest = filled(one, Double.NEGATIVE_INFINITY);
                } else if (!one.equals(shape)) {
                    throw ragged(from, one, shape);
                }
                System.arraycopy(input.labels(), 0, labels, from, indices.length);
                double[] values = values(input.inputs());
                digest.add(values);
                range(from, values, smallest, largest);
            }
        }
        // All labels at the end, so that the batch size makes no difference.
        return new DataScan(labels, smallest, largest, shape, digest.add(labels).text());
    }

    private static double[] filled(Shape shape, double value) {
        double[] values = new double[Math.toIntExact(shape.size())];
        Arrays.fill(values, value);
        return values;
    }

    private static double[] values(NDArray array) {
        try (NDArray wide = array.toType(DataType.FLOAT64, true)) {
            return wide.toDoubleArray();
        }
    }

    private static void range(int first, double[] values, double[] smallest, double[] largest) {
        int features = smallest.length;
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        "Example "
                                + (first + i / features)
                                + " holds the value "
                                + values[i]
                                + ", so no ball around it makes sense. Repair the data set.");
            }
            int j = i % features;
            smallest[j] = Math.min(smallest[j], values[i]);
            largest[j] = Math.max(largest[j], values[i]);
        }
    }

    private static IllegalArgumentException ragged(int index, Shape one, Shape first) {
        return new IllegalArgumentException(
                "Examples from index "
                        + index
                        + " on have the shape "
                        + one
                        + ", those before "
                        + first
                        + ". The ball is the same for all, so they must have the same shape: pad or"
                        + " crop all of them to it.");
    }

    int size() {
        return labels.length;
    }

    int label(int index) {
        return labels[index];
    }

    /** Returns the shape of one example. */
    Shape shape() {
        return shape;
    }

    int features() {
        return smallest.length;
    }

    /** Returns the smallest value of each feature; not to be changed. */
    double[] smallest() {
        return smallest;
    }

    /** Returns the largest value of each feature; not to be changed. */
    double[] largest() {
        return largest;
    }

    String fingerprint() {
        return fingerprint;
    }
}
