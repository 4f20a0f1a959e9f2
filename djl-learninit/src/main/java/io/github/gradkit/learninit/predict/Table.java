package io.github.gradkit.learninit.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.internal.Moments;

/** Rows of numbers of one shape, in the Java heap. */
final class Table {

    /** A spread that hides what varies with it. */
    private static final double IGNORED = 1e30;

    private final Shape row;
    private final int width;
    private final int rows;
    private final float[] numbers;

    private Table(Shape row, int rows, float[] numbers) {
        this.row = row;
        this.rows = rows;
        this.numbers = numbers;
        width = Math.toIntExact(row.size());
    }

    /** Copies an array {@code (rows, ...)}. */
    static Table of(NDArray array) {
        return new Table(
                array.getShape().slice(1),
                Math.toIntExact(array.getShape().get(0)),
                array.toFloatArray());
    }

    Shape row() {
        return row;
    }

    int rows() {
        return rows;
    }

    /** Makes an array of some of the rows. */
    NDArray take(NDManager manager, int[] order, int from, int to) {
        float[] taken = new float[(to - from) * width];
        for (int i = from; i < to; i++) {
            System.arraycopy(numbers, order[i] * width, taken, (i - from) * width, width);
        }
        return manager.create(taken, new Shape(to - from).addAll(row));
    }

    /** Means and standard deviations of each number, the latter 1 where nothing varies. */
    Moments moments() {
        return Moments.of(numbers, width);
    }

    /**
     * The same for numbers to predict from, where one that never varies gets a spread so large that
     * it counts for nothing: nobody knows what another value of it would mean.
     */
    Moments inputMoments() {
        return moments().withSpread(this::isConstant, IGNORED);
    }

    private boolean isConstant(int column) {
        for (int i = column; i < numbers.length; i += width) {
            if (numbers[i] != numbers[column]) {
                return false;
            }
        }
        return true;
    }

    /** Returns the rows with means taken away and divided by standard deviations. */
    Table standardised(Moments moments) {
        return new Table(row, rows, moments.standardised(numbers));
    }
}
