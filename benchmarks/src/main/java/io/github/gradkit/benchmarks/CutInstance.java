package io.github.gradkit.benchmarks;

import io.github.gradkit.adm.cut.GridGraph;
import io.github.gradkit.adm.cut.Neighbourhood;
import java.util.Random;

/** A noisy image of two discs, to be cut from the background with eight neighbours a pixel. */
final class CutInstance {

    private static final int SCALE = 1000;
    private static final int HARD = 1 << 24;

    private final int size;
    private final double lambda;
    private final boolean weak;
    private final int[] source;
    private final int[] sink;
    private final int[][] weights;

    /**
     * Makes an instance.
     *
     * @param size the columns and the rows
     * @param lambda the strength of the pairs
     * @param weak whether the costs are next to nothing but for one fixed pixel in 200, as with a
     *     network that has learned nothing; otherwise they are those of noisy scores
     */
    CutInstance(int size, double lambda, boolean weak) {
        this.size = size;
        this.lambda = lambda;
        this.weak = weak;
        this.source = new int[size * size];
        this.sink = new int[size * size];
        this.weights = new int[Neighbourhood.EIGHT.directions()][size * size];
        Random random = new Random(size);
        double[] image = new double[size * size];
        for (int pixel = 0; pixel < image.length; pixel++) {
            image[pixel] = (inside(pixel) ? 0.65 : 0.4) + 0.08 * random.nextGaussian();
            setCosts(pixel, random);
        }
        setWeights(image);
    }

    private void setCosts(int pixel, Random random) {
        double score = (weak ? 0.02 : 2) * random.nextGaussian();
        if (!weak) {
            score += inside(pixel) ? 1.5 : -1.5;
        }
        source[pixel] = (int) Math.round(SCALE * Math.log1p(Math.exp(-score)));
        sink[pixel] = (int) Math.round(SCALE * Math.log1p(Math.exp(score)));
        if (random.nextInt(weak ? 200 : 60) == 0) {
            (inside(pixel) ? sink : source)[pixel] = HARD;
        }
    }

    private boolean inside(int pixel) {
        int column = pixel % size;
        int row = pixel / size;
        double x = (double) column / size;
        double y = (double) row / size;
        return Math.hypot(x - 0.45, y - 0.55) < 0.28 || Math.hypot(x - 0.8, y - 0.2) < 0.12;
    }

    private void setWeights(double[] image) {
        double sum = 0;
        int pairs = 0;
        for (int k = 0; k < weights.length; k++) {
            for (int pixel = 0; pixel < image.length; pixel++) {
                if (hasNeighbour(k, pixel)) {
                    sum += Math.pow(image[pixel] - image[neighbour(k, pixel)], 2);
                    pairs++;
                }
            }
        }
        double variance = sum / pairs;
        for (int k = 0; k < weights.length; k++) {
            double strength = SCALE * lambda / Neighbourhood.EIGHT.distance(k);
            for (int pixel = 0; pixel < image.length; pixel++) {
                if (hasNeighbour(k, pixel)) {
                    double contrast = Math.pow(image[pixel] - image[neighbour(k, pixel)], 2);
                    double weight = strength * Math.exp(-contrast / (2 * variance));
                    weights[k][pixel] = (int) Math.round(weight);
                }
            }
        }
    }

    int size() {
        return size;
    }

    int pixels() {
        return size * size;
    }

    /** What the source side of a pixel costs. */
    int source(int pixel) {
        return source[pixel];
    }

    /** What the sink side of a pixel costs. */
    int sink(int pixel) {
        return sink[pixel];
    }

    int directions() {
        return weights.length;
    }

    int weight(int k, int pixel) {
        return weights[k][pixel];
    }

    boolean hasNeighbour(int k, int pixel) {
        return Neighbourhood.EIGHT.leadsInside(k, pixel % size, pixel / size, size, size);
    }

    int neighbour(int k, int pixel) {
        return pixel + Neighbourhood.EIGHT.dy(k) * size + Neighbourhood.EIGHT.dx(k);
    }

    /** Puts the instance into a graph in place of what it holds. */
    void fill(GridGraph graph) {
        graph.clear();
        for (int pixel = 0; pixel < source.length; pixel++) {
            graph.addCosts(pixel, source[pixel], sink[pixel]);
            for (int k = 0; k < weights.length; k++) {
                if (weights[k][pixel] > 0) {
                    graph.addArc(pixel, k, weights[k][pixel], weights[k][pixel]);
                }
            }
        }
    }

    @Override
    public String toString() {
        return "%dx%d, %s costs, lambda %s".formatted(size, size, weak ? "weak" : "clear", lambda);
    }
}
