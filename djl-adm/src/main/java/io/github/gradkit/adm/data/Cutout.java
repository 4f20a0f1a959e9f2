package io.github.gradkit.adm.data;

import java.util.Arrays;
import java.util.Random;

/**
 * A part of an image, perhaps mirrored. Where it goes beyond the image it is padded with the
 * image's mean colour, without labels.
 *
 * @param top the first row of the image
 * @param left the first column of the image
 * @param height the rows, more than the image has where it is padded
 * @param width the columns, more than the image has where it is padded
 * @param mirrored whether left and right are swapped
 */
record Cutout(int top, int left, int height, int width, boolean mirrored) {

    /** Draws a part of an image by chance. */
    static Cutout draw(Random random, ScribbledImage image, Augmentation augmentation) {
        int height = augmentation.cropHeight() > 0 ? augmentation.cropHeight() : image.height();
        int width = augmentation.cropWidth() > 0 ? augmentation.cropWidth() : image.width();
        int top = random.nextInt(Math.max(0, image.height() - height) + 1);
        int left = random.nextInt(Math.max(0, image.width() - width) + 1);
        // Drawn even if it is not used, so that the parts are the same with and without mirroring.
        boolean heads = random.nextBoolean();
        return new Cutout(top, left, height, width, augmentation.flip() && heads);
    }

    /** What may be done to images. A crop of 0 x 0 is none. */
    record Augmentation(boolean flip, int cropHeight, int cropWidth) {

        boolean isAny() {
            return flip || cropHeight > 0;
        }

        boolean isCrop() {
            return cropHeight > 0;
        }
    }

    /** Returns where the part holds pixels of the image. */
    ContrastWeights.Region valid(ScribbledImage image) {
        int rows = Math.min(height, image.height() - top);
        int columns = Math.min(width, image.width() - left);
        return new ContrastWeights.Region(0, mirrored ? width - columns : 0, rows, columns);
    }

    float[] pixels(ScribbledImage image) {
        float[] from = image.values();
        int plane = image.height() * image.width();
        float[] to = new float[image.channels() * height * width];
        for (int c = 0; c < image.channels(); c++) {
            int offset = c * height * width;
            float padding = isPadded(image) ? mean(from, c * plane, plane) : 0;
            Arrays.fill(to, offset, offset + height * width, padding);
            for (int i = 0; i < height * width; i++) {
                int source = source(i, image);
                if (source >= 0) {
                    to[offset + i] = from[c * plane + source];
                }
            }
        }
        return to;
    }

    byte[] labels(byte[] from, ScribbledImage image) {
        byte[] to = new byte[height * width];
        for (int i = 0; i < to.length; i++) {
            int source = source(i, image);
            to[i] = source < 0 ? (byte) SegmentationLabels.UNLABELLED : from[source];
        }
        return to;
    }

    private boolean isPadded(ScribbledImage image) {
        return top + height > image.height() || left + width > image.width();
    }

    /** Returns which pixel of the image lies at a pixel of the part, or -1 for padding. */
    private int source(int pixel, ScribbledImage image) {
        int column = pixel % width;
        int x = left + (mirrored ? width - 1 - column : column);
        int y = top + pixel / width;
        return x < image.width() && y < image.height() ? y * image.width() + x : -1;
    }

    private static float mean(float[] values, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += values[i];
        }
        return (float) (sum / count);
    }
}
