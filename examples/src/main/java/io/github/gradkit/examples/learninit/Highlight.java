package io.github.gradkit.examples.learninit;

import io.github.gradkit.examples.data.ImageSet;
import io.github.gradkit.examples.data.Pictures;
import io.github.gradkit.report.Picture;

/**
 * Pictures of images and their explanations. Pixels go from 0 to 1. Grey images get the explanation
 * in a colour of its own; images in colour are shown as the classifier sees them.
 */
final class Highlight {

    private static final double[] GREEN = {0.25, 1, 0.6};
    private static final double[] ORANGE = {1, 0.55, 0.1};
    private static final double DIM = 0.3;

    private Highlight() {}

    /** The image itself. */
    static Picture plain(ImageSet.Format format, float[] image) {
        int[] values = new int[image.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = level(image[i]);
        }
        return Pictures.of(format, values);
    }

    /** A part of an image, stretched so that its largest number is 1, and the rest dim. */
    static Picture kept(ImageSet.Format format, float[] image, float[] part) {
        if (format.channels() != 1) {
            return plain(format, part);
        }
        double largest = 1e-6;
        for (float number : part) {
            largest = Math.max(largest, number);
        }
        int[] pixels = new int[image.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = mixed(DIM * (image[i] - part[i]), part[i] / largest, GREEN);
        }
        return Picture.ofRgb(pixels, format.width(), format.height());
    }

    /** An image and what is added to it. */
    static Picture added(ImageSet.Format format, float[] image, float[] more) {
        if (format.channels() != 1) {
            return plain(format, sum(image, more));
        }
        int[] pixels = new int[image.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = mixed(image[i], more[i], ORANGE);
        }
        return Picture.ofRgb(pixels, format.width(), format.height());
    }

    private static float[] sum(float[] image, float[] more) {
        float[] sum = new float[image.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = image[i] + more[i];
        }
        return sum;
    }

    /** A grey and some colour, as 0xRRGGBB. */
    private static int mixed(double grey, double amount, double[] colour) {
        int pixel = 0;
        for (double channel : colour) {
            pixel = (pixel << 8) | level(grey + amount * channel);
        }
        return pixel;
    }

    /** From 0 to 255. */
    private static int level(double value) {
        return (int) Math.round(255 * Math.max(0, Math.min(1, value)));
    }
}
