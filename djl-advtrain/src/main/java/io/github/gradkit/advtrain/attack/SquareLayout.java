package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.types.Shape;
import java.util.random.RandomGenerator;

/** How the features of an example lie next to each other: channels of rows and columns. */
record SquareLayout(int channels, int height, int width) {

    /** A part of all channels. */
    record Window(int top, int left, int height, int width) {}

    /** Returns images for {@code (batch, channels, height, width)} unless told not to. */
    static SquareLayout of(Shape batch, boolean segments) {
        if (batch.dimension() == 4 && !segments) {
            return new SquareLayout(
                    Math.toIntExact(batch.get(1)),
                    Math.toIntExact(batch.get(2)),
                    Math.toIntExact(batch.get(3)));
        }
        return new SquareLayout(1, 1, Math.toIntExact(batch.size() / batch.get(0)));
    }

    boolean isSegment() {
        return channels == 1 && height == 1;
    }

    int index(int channel, int row, int column) {
        return (channel * height + row) * width + column;
    }

    /**
     * Draws a window that covers a share of a channel: a square, or as near to one as fits.
     *
     * @param share the share
     * @param least the least side, where that fits
     */
    Window window(double share, int least, RandomGenerator random) {
        double area = share * height * width;
        int side = Math.max(least, (int) Math.round(Math.sqrt(area)));
        int rows = side;
        int columns = side;
        if (side > height || height == 1) {
            columns = Math.max(least, (int) Math.round(area / height));
        } else if (side > width || width == 1) {
            rows = Math.max(least, (int) Math.round(area / width));
        }
        rows = Math.min(rows, height);
        columns = Math.min(columns, width);
        return new Window(
                random.nextInt(height - rows + 1),
                random.nextInt(width - columns + 1),
                rows,
                columns);
    }
}
