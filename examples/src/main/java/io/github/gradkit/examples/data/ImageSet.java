package io.github.gradkit.examples.data;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/** Labelled images of one size, grey or in colour. */
public final class ImageSet {

    private final Format format;
    private final byte[][] pixels;
    private final int[] labels;

    /**
     * What all images of a set have in common.
     *
     * @param width pixels per row
     * @param height rows
     * @param channels 1 for grey; 3 for red, green and blue, each of them a plane of all rows
     * @param maxValue the largest value, at most 255; 0 is the background
     * @param classNames a name for each label
     */
    public record Format(
            int width, int height, int channels, int maxValue, List<String> classNames) {

        /** Copies the names. */
        public Format {
            if (channels != 1 && channels != 3) {
                throw new IllegalArgumentException(
                        "An image must have 1 channel or 3, got " + channels);
            }
            classNames = List.copyOf(classNames);
        }

        /**
         * Makes the format of grey images.
         *
         * @param width pixels per row
         * @param height rows
         * @param maxValue the largest value, at most 255; 0 is the background
         * @param classNames a name for each label
         */
        public Format(int width, int height, int maxValue, List<String> classNames) {
            this(width, height, 1, maxValue, classNames);
        }

        /**
         * Returns the number of values of an image.
         *
         * @return channels times width times height
         */
        public int size() {
            return channels * width * height;
        }

        /**
         * Returns the number of classes.
         *
         * @return labels go from 0 to this number, exclusive
         */
        public int classes() {
            return classNames.size();
        }
    }

    /**
     * Makes a set.
     *
     * @param format the common format
     * @param pixels one row of unsigned bytes per image, channel by channel; not copied
     * @param labels the class of each image
     */
    public ImageSet(Format format, byte[][] pixels, int[] labels) {
        if (pixels.length != labels.length) {
            throw new IllegalArgumentException(
                    "There must be one label per image, got "
                            + pixels.length
                            + " images and "
                            + labels.length
                            + " labels");
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= format.classes()) {
                throw new IllegalArgumentException(
                        String.format(
                                "label %d of image %d is not one of the %d classes 0 to %d",
                                labels[i], i, format.classes(), format.classes() - 1));
            }
        }
        this.format = format;
        this.pixels = pixels;
        this.labels = labels.clone();
    }

    /**
     * Returns the format.
     *
     * @return size, range and classes
     */
    public Format format() {
        return format;
    }

    /**
     * Returns the number of images.
     *
     * @return the number of images
     */
    public int size() {
        return labels.length;
    }

    /**
     * Returns the labels.
     *
     * @return a copy, by index of the image
     */
    public int[] labels() {
        return labels.clone();
    }

    /**
     * Returns one label.
     *
     * @param index the index of the image
     * @return its class
     */
    public int label(int index) {
        return labels[index];
    }

    /**
     * Returns the values of an image.
     *
     * @param index the index of the image
     * @return its values channel by channel and row by row, from 0 to 255
     */
    public int[] values(int index) {
        int[] values = new int[format.size()];
        Arrays.setAll(values, i -> (pixels[index][i] & 0xFF) * 255 / format.maxValue());
        return values;
    }

    /**
     * Returns all pixels as the input of a network.
     *
     * @return image after image, scaled to 0 to 1
     */
    public FloatBuffer features() {
        FloatBuffer features = FloatBuffer.allocate(Math.multiplyExact(size(), format.size()));
        for (byte[] image : pixels) {
            for (byte pixel : image) {
                features.put((float) (pixel & 0xFF) / format.maxValue());
            }
        }
        return features.flip();
    }

    /**
     * Picks images.
     *
     * @param indices which ones, in the wanted order
     * @return a set of these images
     */
    public ImageSet select(int... indices) {
        byte[][] chosen = Arrays.stream(indices).mapToObj(i -> pixels[i]).toArray(byte[][]::new);
        return new ImageSet(format, chosen, Arrays.stream(indices).map(i -> labels[i]).toArray());
    }

    /**
     * Gives the same images other labels.
     *
     * @param others one label per image
     * @return a set of the same images
     */
    public ImageSet withLabels(int[] others) {
        return new ImageSet(format, pixels, others);
    }
}
