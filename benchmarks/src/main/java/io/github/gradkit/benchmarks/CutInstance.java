package io.github.gradkit.benchmarks;

import io.github.gradkit.adm.cut.GridGraph;
import io.github.gradkit.adm.cut.Neighbourhood;
import java.util.Random;

/**
 * A noisy image of two discs, to be cut from the background on a grid of eight neighbours.
 *
 * @param size the columns and the rows
 * @param lambda the strength of the pairs
 * @param weak whether the costs are next to 0 but for one fixed pixel in 200, as with a network
 *     that knows nothing yet; otherwise they are those of noisy scores
 */
record CutInstance(int size, double lambda, boolean weak) {

    private static final int SCALE = 1000;
    private static final int HARD = 1 << 24;

    String describe() {
        return "%dx%d, %s costs, lambda %s".formatted(size, size, weak ? "weak" : "clear", lambda);
    }

    /** Returns a new graph of the instance. */
    GridGraph graph() {
        GridGraph graph = new GridGraph(size, size, Neighbourhood.EIGHT);
        fill(graph);
        return graph;
    }

    /** Puts the instance into an empty graph. */
    void fill(GridGraph graph) {
        Random random = new Random(size);
        double[] image = new double[size * size];
        for (int pixel = 0; pixel < image.length; pixel++) {
            image[pixel] = (inside(pixel) ? 0.65 : 0.4) + 0.08 * random.nextGaussian();
            double score = (weak ? 0.02 : 2) * random.nextGaussian();
            score += weak ? 0 : inside(pixel) ? 1.5 : -1.5;
            graph.addCosts(pixel, cost(score), cost(-score));
            if (random.nextInt(weak ? 200 : 60) == 0) {
                graph.addCosts(pixel, inside(pixel) ? 0 : HARD, inside(pixel) ? HARD : 0);
            }
        }
        double spread = spread(image);
        for (int k = 0; k < Neighbourhood.EIGHT.directions(); k++) {
            for (int pixel = 0; pixel < image.length; pixel++) {
                if (hasNeighbour(k, pixel)) {
                    double contrast = square(image[pixel] - image[neighbour(k, pixel)]);
                    double weight = Math.exp(-contrast / (2 * spread));
                    weight *= lambda / Neighbourhood.EIGHT.distance(k);
                    int capacity = (int) Math.round(SCALE * weight);
                    graph.addArc(pixel, k, capacity, capacity);
                }
            }
        }
    }

    /** The negative logarithm of the probability of a score. */
    private static int cost(double score) {
        return (int) Math.round(SCALE * Math.log1p(Math.exp(-score)));
    }

    private boolean inside(int pixel) {
        double x = (pixel % size) / (double) size;
        double y = (double) (pixel / size) / size;
        return Math.hypot(x - 0.45, y - 0.55) < 0.28 || Math.hypot(x - 0.8, y - 0.2) < 0.12;
    }

    private double spread(double[] image) {
        double sum = 0;
        int pairs = 0;
        for (int k = 0; k < Neighbourhood.EIGHT.directions(); k++) {
            for (int pixel = 0; pixel < image.length; pixel++) {
                if (hasNeighbour(k, pixel)) {
                    sum += square(image[pixel] - image[neighbour(k, pixel)]);
                    pairs++;
                }
            }
        }
        return sum / pairs;
    }

    private static double square(double value) {
        return value * value;
    }

    boolean hasNeighbour(int k, int pixel) {
        return Neighbourhood.EIGHT.leadsInside(k, pixel % size, pixel / size, size, size);
    }

    private int neighbour(int k, int pixel) {
        return pixel + Neighbourhood.EIGHT.dy(k) * size + Neighbourhood.EIGHT.dx(k);
    }
}
