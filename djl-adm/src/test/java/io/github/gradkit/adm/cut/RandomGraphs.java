package io.github.gradkit.adm.cut;

import java.util.Random;

/** Seeded graphs of many kinds, and the least cost of the smallest ones by trying everything. */
final class RandomGraphs {

    private RandomGraphs() {}

    /** Costs from 0 to 50 and capacities from 0 to 20, many of them 0, and now and then a seed. */
    static GridGraph mixed(int width, int height, Neighbourhood neighbourhood, Random random) {
        GridGraph graph = new GridGraph(width, height, neighbourhood);
        mixed(graph, random);
        return graph;
    }

    static void mixed(GridGraph graph, Random random) {
        int smooth = random.nextInt(3) == 0 ? 3 : 21;
        for (int pixel = 0; pixel < graph.pixels(); pixel++) {
            if (random.nextInt(12) == 0) {
                boolean source = random.nextBoolean();
                graph.addCosts(pixel, source ? 0 : 1 << 24, source ? 1 << 24 : 0);
            } else if (random.nextInt(4) > 0) {
                graph.addCosts(pixel, random.nextInt(51), random.nextInt(51));
            }
            for (int k = 0; k < graph.neighbourhood().directions(); k++) {
                addArc(graph, pixel, k, random.nextInt(smooth), random.nextInt(smooth));
            }
        }
    }

    /** A pair of seeds far apart, next to no costs elsewhere, and strong noisy arcs. */
    static GridGraph weak(int width, int height, Random random) {
        GridGraph graph = new GridGraph(width, height, Neighbourhood.EIGHT);
        for (int pixel = 0; pixel < graph.pixels(); pixel++) {
            graph.addCosts(pixel, random.nextInt(3), random.nextInt(3));
            for (int k = 0; k < 4; k++) {
                int capacity = 1 + random.nextInt(2000);
                addArc(graph, pixel, k, capacity, capacity);
            }
        }
        graph.addCosts(0, 0, 1 << 24);
        graph.addCosts(graph.pixels() - 1, 1 << 24, 0);
        return graph;
    }

    static void addArc(GridGraph graph, int pixel, int k, int capacity, int opposite) {
        int width = graph.width();
        if (graph.neighbourhood()
                .leadsInside(k, pixel % width, pixel / width, width, graph.height())) {
            graph.addArc(pixel, k, capacity, opposite);
        }
    }

    static long leastCost(GridGraph graph) {
        long least = Long.MAX_VALUE;
        boolean[] side = new boolean[graph.pixels()];
        for (int bits = 0; bits < 1 << graph.pixels(); bits++) {
            for (int pixel = 0; pixel < side.length; pixel++) {
                side[pixel] = (bits >> pixel & 1) == 1;
            }
            least = Math.min(least, graph.cost(side));
        }
        return least;
    }
}
