package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.gradkit.adm.cut.Neighbourhood;

/** Formulas pixel by pixel. */
final class SlowEnergies {

    private SlowEnergies() {}

    /** Returns the softmax, a row of probabilities for each pixel of each image. */
    static double[][] pixels(NDArray scores) {
        int labels = Math.toIntExact(scores.getShape().get(1));
        double[] flat =
                scores.toType(DataType.FLOAT64, true)
                        .transpose(0, 2, 3, 1)
                        .reshape(-1, labels)
                        .toDoubleArray();
        double[][] rows = new double[flat.length / labels][labels];
        for (int pixel = 0; pixel < rows.length; pixel++) {
            double highest = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < labels; k++) {
                highest = Math.max(highest, flat[pixel * labels + k]);
            }
            double sum = 0;
            for (int k = 0; k < labels; k++) {
                rows[pixel][k] = Math.exp(flat[pixel * labels + k] - highest);
                sum += rows[pixel][k];
            }
            for (int k = 0; k < labels; k++) {
                rows[pixel][k] /= sum;
            }
        }
        return rows;
    }

    /** Returns the sum over all pairs of neighbours of all images. */
    static double potts(Relaxation relaxation, NDArray scores, NDArray weights) {
        double[][] s = pixels(scores);
        float[] w = weights.toFloatArray();
        int directions = Math.toIntExact(weights.getShape().get(1));
        int height = Math.toIntExact(weights.getShape().get(2));
        int width = Math.toIntExact(weights.getShape().get(3));
        Neighbourhood pairs = directions == 2 ? Neighbourhood.FOUR : Neighbourhood.EIGHT;
        double sum = 0;
        for (int pixel = 0; pixel < s.length; pixel++) {
            int image = pixel / (height * width);
            int y = pixel / width % height;
            int x = pixel % width;
            for (int k = 0; k < directions; k++) {
                if (pairs.leadsInside(k, x, y, width, height)) {
                    int other = pixel + pairs.dy(k) * width + pairs.dx(k);
                    float weight = w[((image * directions + k) * height + y) * width + x];
                    sum += weight * cost(relaxation, s[pixel], s[other]);
                }
            }
        }
        return sum;
    }

    private static double cost(Relaxation relaxation, double[] s, double[] t) {
        double same = 0;
        double squares = 0;
        double distances = 0;
        for (int k = 0; k < s.length; k++) {
            same += s[k] * t[k];
            squares += (s[k] - t[k]) * (s[k] - t[k]);
            distances += Math.abs(s[k] - t[k]);
        }
        return switch (relaxation) {
            case BILINEAR -> 1 - same;
            case QUADRATIC -> squares / 2;
            case TOTAL_VARIATION -> distances / 2;
        };
    }

    /** Returns the affinities of all pairs of pixels of one image. */
    static double[][] affinities(NDArray image, double positionSigma, double colourSigma) {
        int channels = Math.toIntExact(image.getShape().get(0));
        int width = Math.toIntExact(image.getShape().get(2));
        double[] colours = image.toType(DataType.FLOAT64, true).toDoubleArray();
        int pixels = colours.length / channels;
        double[][] affinities = new double[pixels][pixels];
        for (int p = 0; p < pixels; p++) {
            for (int q = 0; q < pixels; q++) {
                double place = square(p % width - q % width) + square(p / width - q / width);
                double colour = 0;
                for (int c = 0; c < channels; c++) {
                    colour += square(colours[c * pixels + p] - colours[c * pixels + q]);
                }
                affinities[p][q] =
                        Math.exp(
                                -place / (2 * positionSigma * positionSigma)
                                        - colour / (2 * colourSigma * colourSigma));
            }
        }
        return affinities;
    }

    private static double square(double x) {
        return x * x;
    }

    /** Returns x' A y. */
    static double form(double[] x, double[][] affinities, double[] y) {
        double sum = 0;
        for (int p = 0; p < x.length; p++) {
            for (int q = 0; q < y.length; q++) {
                sum += x[p] * affinities[p][q] * y[q];
            }
        }
        return sum;
    }

    /** Returns the probabilities of one label in one image. */
    static double[] plane(double[][] pixels, int image, int label, int count) {
        double[] plane = new double[count];
        for (int p = 0; p < count; p++) {
            plane[p] = pixels[image * count + p][label];
        }
        return plane;
    }
}
