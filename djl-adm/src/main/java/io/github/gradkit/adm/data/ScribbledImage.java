package io.github.gradkit.adm.data;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An image, what is labelled of it, and its full mask if there is one. Immutable.
 *
 * <p>Pixels are counted row by row, {@code y * width + x}. A label is a number from 0 to 254;
 * {@link SegmentationLabels#UNLABELLED} stands for none, in scribbles and masks. It takes 4 bytes
 * for each channel of a pixel, 1 for its scribble and 1 for its mask.
 */
public final class ScribbledImage {

    private final String name;
    private final int channels;
    private final int height;
    private final int width;
    private final float[] pixels;
    private final byte[] scribbles;
    private final byte @Nullable [] mask;

    /** Takes the arrays as they are; nothing else may change them. */
    ScribbledImage(
            String name,
            int channels,
            int height,
            int width,
            float[] pixels,
            byte[] scribbles,
            byte @Nullable [] mask) {
        this.name = name;
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.pixels = pixels;
        this.scribbles = scribbles;
        this.mask = mask;
    }

    /**
     * Makes an image without a mask.
     *
     * @param name tells the image from others in messages
     * @param channels the number of channels, at least 1
     * @param height the number of rows, at least 1
     * @param width the number of columns, at least 1
     * @param pixels values {@code (channels, height, width)} from 0 to 1; copied
     * @param scribbles {@code (height, width)}, for each pixel its label or {@link
     *     SegmentationLabels#UNLABELLED}; copied
     * @return the image
     * @throws IllegalArgumentException if a size or a value is out of range
     */
    public static ScribbledImage of(
            String name, int channels, int height, int width, float[] pixels, int[] scribbles) {
        String title = "Image '" + name + "'";
        Checks.size(title, channels, height, width);
        Checks.length(title, pixels.length, channels * height * width, "values");
        for (int i = 0; i < pixels.length; i++) {
            if (!(pixels[i] >= 0 && pixels[i] <= 1)) {
                throw new IllegalArgumentException(
                        title
                                + " has value "
                                + pixels[i]
                                + " at "
                                + i
                                + ", but values go from 0 to 1. Divide bytes by 255, and normalise"
                                + " in the data set's pipeline.");
            }
        }
        byte[] labels = bytes(title, scribbles, height * width, "scribbles");
        return new ScribbledImage(name, channels, height, width, pixels.clone(), labels, null);
    }

    /**
     * Makes the same image with a mask.
     *
     * @param labels {@code (height, width)}, for each pixel its true label, or {@link
     *     SegmentationLabels#UNLABELLED} where it is not known; copied
     * @return another image
     * @throws IllegalArgumentException if the size or a label is out of range
     */
    public ScribbledImage withMask(int[] labels) {
        byte[] known = bytes("Image '" + name + "'", labels, height * width, "mask labels");
        return new ScribbledImage(name, channels, height, width, pixels, scribbles, known);
    }

    /**
     * Makes the same image with other scribbles.
     *
     * @param labels {@code (height, width)}, for each pixel its label or {@link
     *     SegmentationLabels#UNLABELLED}; copied
     * @return another image
     * @throws IllegalArgumentException if the size or a label is out of range
     */
    public ScribbledImage withScribbles(int[] labels) {
        byte[] drawn = bytes("Image '" + name + "'", labels, height * width, "scribbles");
        return new ScribbledImage(name, channels, height, width, pixels, drawn, mask);
    }

    /**
     * Returns the name.
     *
     * @return what tells the image from others
     */
    public String name() {
        return name;
    }

    /**
     * Returns the number of channels.
     *
     * @return at least 1
     */
    public int channels() {
        return channels;
    }

    /**
     * Returns the number of rows.
     *
     * @return at least 1
     */
    public int height() {
        return height;
    }

    /**
     * Returns the number of columns.
     *
     * @return at least 1
     */
    public int width() {
        return width;
    }

    /**
     * Returns the values.
     *
     * @return {@code (channels, height, width)} from 0 to 1; a copy
     */
    public float[] pixels() {
        return pixels.clone();
    }

    /**
     * Returns the scribbles.
     *
     * @return {@code (height, width)}, for each pixel its label or {@link
     *     SegmentationLabels#UNLABELLED}; a copy
     */
    public int[] scribbles() {
        return ints(scribbles);
    }

    /**
     * Returns the full mask.
     *
     * @return {@code (height, width)}, for each pixel its label or {@link
     *     SegmentationLabels#UNLABELLED}, a copy; empty if it is not known
     */
    public Optional<int[]> mask() {
        return Optional.ofNullable(mask).map(ScribbledImage::ints);
    }

    /**
     * Returns how much is labelled.
     *
     * @return the share of pixels with a scribble, from 0 to 1
     */
    public double labelledShare() {
        int labelled = 0;
        for (byte label : scribbles) {
            labelled += Byte.toUnsignedInt(label) == SegmentationLabels.UNLABELLED ? 0 : 1;
        }
        return (double) labelled / scribbles.length;
    }

    /** Returns the values themselves, which must not be changed. */
    float[] values() {
        return pixels;
    }

    /** Returns the scribbles themselves, which must not be changed. */
    byte[] scribbleBytes() {
        return scribbles;
    }

    /** Returns the mask itself, which must not be changed. */
    byte @Nullable [] maskBytes() {
        return mask;
    }

    /**
     * Tells whether another image has the same name, size, values, scribbles and mask.
     *
     * @param other anything
     * @return whether it is the same
     */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ScribbledImage that
                && name.equals(that.name)
                && channels == that.channels
                && height == that.height
                && width == that.width
                && Arrays.equals(pixels, that.pixels)
                && Arrays.equals(scribbles, that.scribbles)
                && Arrays.equals(mask, that.mask);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(pixels);
    }

    @Override
    public String toString() {
        return "ScribbledImage[" + name + ", " + channels + " x " + height + " x " + width + "]";
    }

    static int[] ints(byte[] labels) {
        int[] ints = new int[labels.length];
        for (int i = 0; i < labels.length; i++) {
            ints[i] = Byte.toUnsignedInt(labels[i]);
        }
        return ints;
    }

    static byte[] bytes(String title, int[] labels, int wanted, String what) {
        Checks.length(title, labels.length, wanted, what);
        byte[] bytes = new byte[labels.length];
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] > SegmentationLabels.UNLABELLED) {
                throw new IllegalArgumentException(
                        title
                                + " has label "
                                + labels[i]
                                + " at pixel "
                                + i
                                + ", but labels go from 0 to 254, and 255 stands for none.");
            }
            bytes[i] = (byte) labels[i];
        }
        return bytes;
    }
}
