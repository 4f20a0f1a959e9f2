package io.github.gradkit.benchmarks;

import org.jgrapht.Graph;
import org.jgrapht.alg.flow.BoykovKolmogorovMFImpl;
import org.jgrapht.alg.flow.PushRelabelMFImpl;
import org.jgrapht.alg.interfaces.MinimumSTCutAlgorithm;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.SimpleDirectedWeightedGraph;

/** Minimum cuts by JGraphT. */
final class LibraryCut {

    private static final int SOURCE = -1;
    private static final int SINK = -2;

    private LibraryCut() {}

    /** Builds the graph of an instance, which is part of the work for each image. */
    static Graph<Integer, DefaultWeightedEdge> build(CutInstance instance) {
        Graph<Integer, DefaultWeightedEdge> net =
                new SimpleDirectedWeightedGraph<>(DefaultWeightedEdge.class);
        net.addVertex(SOURCE);
        net.addVertex(SINK);
        for (int pixel = 0; pixel < instance.pixels(); pixel++) {
            net.addVertex(pixel);
        }
        for (int pixel = 0; pixel < instance.pixels(); pixel++) {
            int both = Math.min(instance.source(pixel), instance.sink(pixel));
            join(net, SOURCE, pixel, instance.sink(pixel) - both);
            join(net, pixel, SINK, instance.source(pixel) - both);
            for (int k = 0; k < instance.directions(); k++) {
                if (instance.hasNeighbour(k, pixel)) {
                    int other = instance.neighbour(k, pixel);
                    join(net, pixel, other, instance.weight(k, pixel));
                    join(net, other, pixel, instance.weight(k, pixel));
                }
            }
        }
        return net;
    }

    private static void join(
            Graph<Integer, DefaultWeightedEdge> net, int from, int to, int capacity) {
        if (capacity > 0) {
            net.setEdgeWeight(net.addEdge(from, to), capacity);
        }
    }

    static long byBoykovKolmogorov(CutInstance instance, Graph<Integer, DefaultWeightedEdge> net) {
        return cut(instance, new BoykovKolmogorovMFImpl<>(net));
    }

    static long byPushRelabel(CutInstance instance, Graph<Integer, DefaultWeightedEdge> net) {
        return cut(instance, new PushRelabelMFImpl<>(net));
    }

    private static long cut(
            CutInstance instance, MinimumSTCutAlgorithm<Integer, DefaultWeightedEdge> algorithm) {
        double flow = algorithm.calculateMinCut(SOURCE, SINK);
        if (algorithm.getSourcePartition().isEmpty()) {
            throw new IllegalStateException("The cut has no source side.");
        }
        long both = 0;
        for (int pixel = 0; pixel < instance.pixels(); pixel++) {
            both += Math.min(instance.source(pixel), instance.sink(pixel));
        }
        return both + Math.round(flow);
    }
}
