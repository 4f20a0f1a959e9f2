package io.github.gradkit.learninit.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/** The attacks that ended last, in Java's heap. */
final class Replay {

    private static final int DRAWN = 128;

    private final int capacity;
    private final SplittableRandom random;
    private final Deque<Ended> kept = new ArrayDeque<>();

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

    void add(NDArray inputs, int[] labels, NDArray changes) {
        float[] input = floats(inputs);
        float[] change = floats(changes);
        int features = labels.length == 0 ? 0 : input.length / labels.length;
        for (int i = 0; i < labels.length; i++) {
            int from = i * features;
            kept.addLast(
                    new Ended(
                            Arrays.copyOfRange(input, from, from + features),
                            labels[i],
                            Arrays.copyOfRange(change, from, from + features)));
            if (kept.size() > capacity) {
                kept.removeFirst();
            }
        }
    }

    private static float[] floats(NDArray array) {
        try (NDArray typed = array.toType(LearnedStart.TYPE, true)) {
            return typed.toFloatArray();
        }
    }

    /** Draws some of what is kept, with repetition; the arrays belong to the manager. */
    Drawn draw(NDManager manager, Shape example) {
        List<Ended> all = new ArrayList<>(kept);
        int count = Math.min(DRAWN, all.size());
        int features = Math.toIntExact(example.size());
        float[] inputs = new float[count * features];
        float[] changes = new float[count * features];
        List<Integer> labels = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Ended ended = all.get(random.nextInt(all.size()));
            System.arraycopy(ended.input, 0, inputs, i * features, features);
            System.arraycopy(ended.change, 0, changes, i * features, features);
            labels.add(ended.label);
        }
        Shape shape = new Shape(count).addAll(example);
        return new Drawn(manager.create(inputs, shape), labels, manager.create(changes, shape));
    }
}
