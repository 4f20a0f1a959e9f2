package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/** Where the pixels of an image are in position and colour, in units of sigma. */
final class PixelFeatures {

    private final double[][] axes;

    PixelFeatures(double[][] axes) {
        this.axes = axes;
    }

    /** Returns, for the column, the row and each channel, a coordinate for each pixel. */
    double[][] axes() {
        return axes;
    }

    int pixels() {
        return axes[0].length;
    }

    /** Reads colours; whatever that takes, such as a copy in the host's memory, is closed. */
    private static double[] colours(NDArray images) {
        try (NDManager scope = images.getManager().newSubManager()) {
            NDArray typed = images.toType(DataType.FLOAT64, true);
            typed.attach(scope);
            return typed.toDoubleArray();
        }
    }

    /** Returns the features of each image. */
    static List<PixelFeatures> of(NDArray images, double positionSigma, double colourSigma) {
        Shape shape = images.getShape();
        int channels = Math.toIntExact(shape.get(1));
        int width = Math.toIntExact(shape.get(3));
        int pixels = Math.toIntExact(shape.get(2) * width);
        double[] colours = colours(images);
        List<PixelFeatures> features = new ArrayList<>();
        for (int start = 0; start < colours.length; start += channels * pixels) {
            double[][] axes = new double[2 + channels][pixels];
            for (int pixel = 0; pixel < pixels; pixel++) {
                axes[0][pixel] = pixel % width / positionSigma;
                axes[1][pixel] = Math.floorDiv(pixel, width) / positionSigma;
                for (int c = 0; c < channels; c++) {
                    axes[2 + c][pixel] = colours[start + c * pixels + pixel] / colourSigma;
                }
            }
            features.add(new PixelFeatures(axes));
        }
        return features;
    }
}
