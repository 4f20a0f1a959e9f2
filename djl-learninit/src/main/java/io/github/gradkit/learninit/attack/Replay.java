package io.github.gradkit.learninit.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** The attacks that ended last, in Java's heap. */
final class Replay {

    /** How many attacks are drawn at once. */
    static final int DRAWN = 128;

    private final int capacity;
    private final SplittableRandom random;
    private final List<Ended> kept = new ArrayList<>();
    private int oldest;

    /** One attack. */
    private static final class Ended {

        private final float[] input;
        private final int label;
        private final float[] change;

        private Ended(float[] input, int label, float[] change) {
            this.input = input;
            this.label = label;
            this.change = change;
        }
    }

    /** Some attacks, in arrays. */
    record Drawn(NDArray inputs, List<Integer> classes, NDArray changes) {

        int[] labels() {
            return classes.stream().mapToInt(Integer::intValue).toArray();
        }
    }

    Replay(int capacity, long seed) {
        this.capacity = capacity;
        random = new SplittableRandom(seed);
    }

    int size() {
        return kept.size();
    }

    void clear() {
        kept.clear();
        oldest = 0;
    }

    /** Keeps attacks, with their changes times a factor, instead of the oldest ones. */
    void add(NDArray inputs, int[] labels, NDArray changes, double factor) {
        float[] input = HostFloats.of(inputs);
        float[] change = HostFloats.of(changes);
        for (int i = 0; i < change.length; i++) {
            change[i] = (float) (change[i] * factor);
        }
        int features = labels.length == 0 ? 0 : input.length / labels.length;
        for (int i = 0; i < labels.length; i++) {
            int from = i * features;
            int to = from + features;
            keep(
                    new Ended(
                            Arrays.copyOfRange(input, from, to),
                            labels[i],
                            Arrays.copyOfRange(change, from, to)));
        }
    }

    private void keep(Ended ended) {
        if (kept.size() < capacity) {
            kept.add(ended);
        } else {
            kept.set(oldest, ended);
            oldest = (oldest + 1) % capacity;
        }
    }

    /** Draws some of what is kept, with repetition; the arrays belong to the manager. */
    Drawn draw(NDManager manager, Shape example) {
        int count = Math.min(DRAWN, kept.size());
        int features = Math.toIntExact(example.size());
        float[] inputs = new float[count * features];
        float[] changes = new float[count * features];
        List<Integer> labels = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Ended ended = kept.get(random.nextInt(kept.size()));
            System.arraycopy(ended.input, 0, inputs, i * features, features);
            System.arraycopy(ended.change, 0, changes, i * features, features);
            labels.add(ended.label);
        }
        Shape shape = new Shape(count).addAll(example);
        return new Drawn(manager.create(inputs, shape), labels, manager.create(changes, shape));
    }
}
