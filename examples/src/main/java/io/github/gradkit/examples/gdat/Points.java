package io.github.gradkit.examples.gdat;

import io.github.gradkit.advtrain.linear.SignedData;
import io.github.gradkit.examples.data.DataSetName;
import io.github.gradkit.examples.data.ImageData;
import io.github.gradkit.examples.data.ImageSet;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Data for linear models. */
final class Points {

    static final int SIZE = 100;
    static final int DIMENSION = 50;

    private static final double BAND = 0.1;
    private static final int POSITIVE = 2;
    private static final int NEGATIVE = 9;

    private Points() {}

    /** Gaussian points, labelled by a random plane, with a band around it left empty. */
    static SignedData random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] plane = gaussian(random);
        double length = Math.sqrt(dot(plane, plane));
        double[][] points = new double[SIZE][];
        int[] labels = new int[SIZE];
        int found = 0;
        while (found < SIZE) {
            double[] x = gaussian(random);
            double distance = dot(x, plane) / length;
            if (Math.abs(distance) >= BAND / Math.sqrt(DIMENSION)) {
                labels[found] = distance > 0 ? 1 : -1;
                points[found++] = x;
            }
        }
        return SignedData.of(points, labels);
    }

    private static double[] gaussian(SplittableRandom random) {
        double[] x = new double[DIMENSION];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextGaussian();
        }
        return x;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** All embedded digits 2 and 9, pixels from 0 to 1. */
    static SignedData twosAndNines() throws IOException {
        ImageData digits = DataSetName.DIGITS.load(null, 0);
        List<double[]> points = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (ImageSet images : List.of(digits.train(), digits.test())) {
            FloatBuffer pixels = images.features();
            for (int i = 0; i < images.size(); i++) {
                double[] image = new double[images.format().size()];
                for (int j = 0; j < image.length; j++) {
                    image[j] = pixels.get();
                }
                if (images.label(i) == POSITIVE || images.label(i) == NEGATIVE) {
                    points.add(image);
                    labels.add(images.label(i) == POSITIVE ? 1 : -1);
                }
            }
        }
        return SignedData.of(
                points.toArray(double[][]::new),
                labels.stream().mapToInt(Integer::intValue).toArray());
    }
}
