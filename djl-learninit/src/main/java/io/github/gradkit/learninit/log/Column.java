package io.github.gradkit.learninit.log;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/** Rows of the same shape in one growing array. */
final class Column {

    private final Shape shape;
    private final int width;
    private float[] numbers = new float[0];
    private int rows;

    /** Starts without rows; the shape is that of one row. */
    Column(Shape shape) {
        this.shape = shape;
        width = Math.toIntExact(shape.size());
    }

    Shape shape() {
        return shape;
    }

    int rows() {
        return rows;
    }

    void append(float[] more) {
        int used = rows * width;
        int needed = Math.addExact(used, more.length);
        if (needed > numbers.length) {
            int doubled = (int) Math.min(Integer.MAX_VALUE - 8L, 2L * used);
            numbers = Arrays.copyOf(numbers, Math.max(needed, doubled));
        }
        System.arraycopy(more, 0, numbers, used, more.length);
        rows += width == 0 ? 0 : more.length / width;
    }

    void dropFirst(int count) {
        System.arraycopy(numbers, count * width, numbers, 0, (rows - count) * width);
        rows -= count;
    }

    float[] row(int row) {
        return Arrays.copyOfRange(numbers, row * width, (row + 1) * width);
    }

    float[] rows(int from, int to) {
        return Arrays.copyOfRange(numbers, from * width, to * width);
    }

    /** Returns some rows, {@code (rows, ...)}. */
    NDArray take(NDManager manager, int[] chosen) {
        float[] taken = new float[chosen.length * width];
        for (int i = 0; i < chosen.length; i++) {
            System.arraycopy(numbers, chosen[i] * width, taken, i * width, width);
        }
        return manager.create(taken, batch(chosen.length));
    }

    Shape batch(int count) {
        return new Shape(count).addAll(shape);
    }
}
