package io.github.gradkit.adm.cut;

import org.jgrapht.alg.flow.BoykovKolmogorovMFImpl;
import org.jgrapht.alg.flow.PushRelabelMFImpl;
import org.jgrapht.alg.interfaces.MaximumFlowAlgorithm;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.SimpleDirectedWeightedGraph;

/** The least cost of a graph by an independent library. */
final class JGraphTCut {

    private JGraphTCut() {}

    static long byBoykovKolmogorov(GridGraph graph) {
        return graph.constant + new Built(graph).flow(true);
    }

    static long byPushRelabel(GridGraph graph) {
        return graph.constant + new Built(graph).flow(false);
    }

    private static final class Built {
        private static final int SOURCE = -1;
        private static final int SINK = -2;
        private final SimpleDirectedWeightedGraph<Integer, DefaultWeightedEdge> net =
                new SimpleDirectedWeightedGraph<>(DefaultWeightedEdge.class);
        private long negative;

        Built(GridGraph graph) {
            net.addVertex(SOURCE);
            net.addVertex(SINK);
            for (int pixel = 0; pixel < graph.pixels(); pixel++) {
                net.addVertex(graph.framed(pixel));
            }
            for (int pixel = 0; pixel < graph.pixels(); pixel++) {
                int at = graph.framed(pixel);
                int excess = graph.excess[at];
                negative += Math.min(0, excess);
                add(SOURCE, at, Math.max(0, excess));
                add(at, SINK, Math.max(0, -excess));
                for (int arc = 0; arc < graph.steps.length; arc++) {
                    int capacity = graph.arcs[at * graph.steps.length + arc];
                    add(at, at + graph.steps[arc], capacity);
                }
            }
        }

        private void add(int from, int to, int capacity) {
            if (capacity > 0) {
                net.setEdgeWeight(net.addEdge(from, to), capacity);
            }
        }

        long flow(boolean boykovKolmogorov) {
            MaximumFlowAlgorithm<Integer, DefaultWeightedEdge> algorithm =
                    boykovKolmogorov
                            ? new BoykovKolmogorovMFImpl<>(net)
                            : new PushRelabelMFImpl<>(net);
            return negative + Math.round(algorithm.getMaximumFlowValue(SOURCE, SINK));
        }
    }
}
