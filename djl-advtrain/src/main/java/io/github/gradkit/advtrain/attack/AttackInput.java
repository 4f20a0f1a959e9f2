package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A batch to attack. It owns nothing: the inputs stay with the caller. */
public final class AttackInput {

    private final NDArray inputs;
    private final int[] labels;
    private final long[] indices;
    private final int @Nullable [] targets;
    private final long round;

    private AttackInput(
            NDArray inputs, int[] labels, long[] indices, int @Nullable [] targets, long round) {
        this.inputs = inputs;
        this.labels = labels;
        this.indices = indices;
        this.targets = targets;
        this.round = round;
    }

    /**
     * Makes a batch whose indices are 0, 1, 2 and so on.
     *
     * @param inputs the inputs, {@code (batch, ...)}, of floating type, with at least one example
     *     and one feature
     * @param labels the true class of each example, from 0
     * @return the batch
     * @throws IllegalArgumentException if the sizes differ or a label is negative
     */
    public static AttackInput of(NDArray inputs, int[] labels) {
        Shape shape = inputs.getShape();
        if (!inputs.getDataType().isFloating()) {
            throw new IllegalArgumentException(
                    "The inputs are of type "
                            + inputs.getDataType()
                            + ", but only numbers of floating type can be moved by less than 1."
                            + " Convert them with toType(DataType.FLOAT32, false).");
        }
        if (shape.dimension() < 2 || shape.size() == 0) {
            throw new IllegalArgumentException(
                    "The inputs have the shape "
                            + shape
                            + ", but need a batch of at least one example with at least one"
                            + " feature, (batch, ...).");
        }
        if (labels.length != shape.get(0)) {
            throw new IllegalArgumentException(
                    "There are "
                            + shape.get(0)
                            + " inputs but "
                            + labels.length
                            + " labels. Each example needs one.");
        }
        requireClasses(labels, "label");
        long[] indices = LongStream.range(0, labels.length).toArray();
        return new AttackInput(inputs, labels.clone(), indices, null, 0);
    }

    /**
     * Makes a batch whose indices are 0, 1, 2 and so on.
     *
     * @param inputs the inputs, {@code (batch, ...)}, of floating type
     * @param labels the true classes from 0, {@code (batch)} or {@code (batch, 1)} of any number
     *     type, or one-hot, {@code (batch, classes)}
     * @return the batch
     * @throws IllegalArgumentException if the shapes don't fit or a label is not a whole number
     *     from 0
     */
    public static AttackInput of(NDArray inputs, NDArray labels) {
        return of(inputs, classes(labels, inputs.getShape().get(0)));
    }

    private static int[] classes(NDArray labels, long batch) {
        Shape shape = labels.getShape();
        boolean oneHot = shape.dimension() == 2 && shape.get(1) > 1 && shape.get(0) == batch;
        if (!oneHot && shape.size() != batch) {
            throw new IllegalArgumentException(
                    "The labels have the shape "
                            + shape
                            + " for a batch of "
                            + batch
                            + ". Pass one class per example, (batch) or (batch, 1), or one-hot"
                            + " rows, (batch, classes).");
        }
        double[] values;
        if (oneHot) {
            try (NDArray best = labels.argMax(1);
                    NDArray exact = best.toType(DataType.FLOAT64, true)) {
                values = exact.toDoubleArray();
            }
        } else {
            try (NDArray exact = labels.toType(DataType.FLOAT64, true)) {
                values = exact.toDoubleArray();
            }
        }
        int[] classes = new int[values.length];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = (int) values[i];
            if (classes[i] != values[i]) {
                throw new IllegalArgumentException(
                        "The label of example "
                                + i
                                + " of the batch is "
                                + values[i]
                                + ", but a class is a whole number from 0.");
            }
        }
        return classes;
    }

    private static void requireClasses(int[] classes, String what) {
        for (int i = 0; i < classes.length; i++) {
            if (classes[i] < 0) {
                throw new IllegalArgumentException(
                        "The "
                                + what
                                + " of example "
                                + i
                                + " of the batch is "
                                + classes[i]
                                + ", but classes count from 0. Map labels such as -1 and 1 to 0 and"
                                + " 1 first.");
            }
        }
    }

    /**
     * Returns this batch with other indices.
     *
     * @param newIndices for each example a number that stays the same whatever batch it comes in,
     *     such as its place in the data set; it decides the random choices
     * @return the batch
     * @throws IllegalArgumentException if there is not one for each example
     */
    public AttackInput withIndices(long[] newIndices) {
        if (newIndices.length != labels.length) {
            throw new IllegalArgumentException(
                    "There are "
                            + labels.length
                            + " examples but "
                            + newIndices.length
                            + " indices. Each example needs one.");
        }
        return new AttackInput(inputs, labels, newIndices.clone(), targets, round);
    }

    /**
     * Returns this batch for a targeted attack, whose success is to be classified as the target.
     *
     * @param newTargets for each example the class to reach, other than its label
     * @return the batch
     * @throws IllegalArgumentException if there is not one for each example, or one is negative or
     *     equals the label
     */
    public AttackInput withTargets(int[] newTargets) {
        if (newTargets.length != labels.length) {
            throw new IllegalArgumentException(
                    "There are "
                            + labels.length
                            + " examples but "
                            + newTargets.length
                            + " targets. Each example needs one.");
        }
        requireClasses(newTargets, "target");
        for (int i = 0; i < labels.length; i++) {
            if (newTargets[i] == labels[i]) {
                throw new IllegalArgumentException(
                        "The target of example "
                                + i
                                + " of the batch is its label, "
                                + labels[i]
                                + ", so there is nothing to attack. Choose another class.");
            }
        }
        return new AttackInput(inputs, labels, indices, newTargets.clone(), round);
    }

    /**
     * Returns this batch for another pass over the data, so that random starts differ from pass to
     * pass.
     *
     * @param newRound the number of the pass; 0 unless set
     * @return the batch
     */
    public AttackInput withRound(long newRound) {
        return new AttackInput(inputs, labels, indices, targets, newRound);
    }

    /**
     * Returns the number of the pass over the data.
     *
     * @return decides the random starts together with seed and indices
     */
    public long round() {
        return round;
    }

    /**
     * Returns the inputs.
     *
     * @return {@code (batch, ...)}, owned by the caller of {@link #of(NDArray, int[])}
     */
    public NDArray inputs() {
        return inputs;
    }

    /**
     * Returns the true classes.
     *
     * @return one for each example; a copy
     */
    public int[] labels() {
        return labels.clone();
    }

    /**
     * Returns the numbers that decide the random choices.
     *
     * @return one for each example; a copy
     */
    public long[] indices() {
        return indices.clone();
    }

    /**
     * Returns the classes to reach.
     *
     * @return one for each example, or {@code null} if the attack is not targeted; a copy
     */
    public int @Nullable [] targets() {
        return targets == null ? null : targets.clone();
    }

    /**
     * Returns the number of examples.
     *
     * @return at least 1
     */
    public int size() {
        return labels.length;
    }

    /** Returns some of the examples; their inputs are copies on the manager. */
    AttackInput select(int[] places, NDManager manager) {
        NDArray rows = Rows.take(inputs, Rows.index(places, inputs, manager), manager);
        return new AttackInput(
                rows,
                PerRow.pick(labels, places),
                IntStream.of(places).mapToLong(i -> indices[i]).toArray(),
                targets == null ? null : PerRow.pick(targets, places),
                round);
    }

    void requireClassesBelow(long classes) {
        int[] wanted = targets == null ? labels : concat(labels, targets);
        int largest = IntStream.of(wanted).max().orElse(0);
        if (largest >= classes) {
            throw new IllegalArgumentException(
                    "A label or target is "
                            + largest
                            + ", but the model tells only "
                            + classes
                            + " classes apart, 0 to "
                            + (classes - 1)
                            + ". Check that model and data set belong together.");
        }
    }

    private static int[] concat(int[] a, int[] b) {
        return IntStream.concat(IntStream.of(a), IntStream.of(b)).toArray();
    }
}
