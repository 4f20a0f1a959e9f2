package io.github.gradkit.support.trace;

import java.util.Arrays;

/**
 * The points 0, n, 2n, ... of a series and the last one, where n doubles whenever they are too
 * many.
 */
final class ThinnedSeries {

    private static final int FIRST_CAPACITY = 16;

    private final int maxPoints;
    private long[] steps;
    private double[] values;
    private int size;
    private long recorded;
    private long stride = 1;

    ThinnedSeries(int maxPoints) {
        this.maxPoints = maxPoints;
        int capacity = Math.min(maxPoints, FIRST_CAPACITY);
        steps = new long[capacity];
        values = new double[capacity];
    }

    void add(long step, double value) {
        // The last point is kept for the moment only, unless it is a multiple of the stride.
        boolean replacesLast = recorded > 0 && (recorded - 1) % stride != 0;
        if (!replacesLast) {
            makeRoom();
            size++;
        }
        steps[size - 1] = step;
        values[size - 1] = value;
        recorded++;
    }

    private void makeRoom() {
        if (size == maxPoints) {
            thin();
        } else if (size == steps.length) {
            int capacity = (int) Math.min(maxPoints, 2L * size);
            steps = Arrays.copyOf(steps, capacity);
            values = Arrays.copyOf(values, capacity);
        }
    }

    private void thin() {
        int kept = 0;
        for (int i = 0; i < size; i += 2) {
            steps[kept] = steps[i];
            values[kept] = values[i];
            kept++;
        }
        size = kept;
        stride *= 2;
    }

    long[] steps() {
        return Arrays.copyOf(steps, size);
    }

    double[] values() {
        return Arrays.copyOf(values, size);
    }
}
