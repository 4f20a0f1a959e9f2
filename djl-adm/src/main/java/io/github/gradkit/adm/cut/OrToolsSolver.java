package io.github.gradkit.adm.cut;

import com.google.ortools.Loader;
import com.google.ortools.graph.MaxFlow;
import java.util.Arrays;

/**
 * Cuts by the maximum flow of OR-tools, a push-relabel solver in C++.
 *
 * <p>It needs {@code com.google.ortools:ortools-java:9.10.4067} on the class path, which this
 * module does not bring along. {@link AutomaticSolver} was faster on all graphs that were measured
 * and needs no library; this solver is a second opinion.
 *
 * <p>The library takes a call for each arc, and builds its graph anew for each problem: about 100
 * bytes of native memory for each arc with a capacity, freed when the problem is solved. In Java's
 * memory the solver keeps 37 bytes a pixel with eight neighbours.
 *
 * @implNote The library's Java classes tell the flow of each arc, but not the cut. The source side
 *     is what the source still reaches through the arcs that are not full.
 */
public final class OrToolsSolver implements MinCutSolver {

    private static final int NONE = -1;

    private int size;
    private int degree;

    /** The library's number of each arc, or {@link #NONE}. */
    private int[] numbers = {};

    private boolean[] reached = {};
    private int[] queue = {};

    /**
     * Loads the library, once in a process: it writes its native parts, about 50 MB, to a temporary
     * directory.
     *
     * @throws IllegalStateException if the library or its native part for this platform is not on
     *     the class path, or can't be loaded
     */
    public OrToolsSolver() {
        try {
            Loader.loadNativeLibraries();
        } catch (LinkageError | RuntimeException e) {
            throw new IllegalStateException(
                    "OR-tools can't be loaded ("
                            + e
                            + "), so it can't cut graphs. Add the artifact"
                            + " com.google.ortools:ortools-java:9.10.4067 with its native parts to"
                            + " the class path, or use AutomaticSolver, which needs no library.",
                    e);
        }
    }

    @Override
    public long solve(GridGraph graph, boolean[] sourceSide) {
        Checks.length("sourceSide", sourceSide.length, graph.pixels());
        allocate(graph);
        MaxFlow flow = new MaxFlow();
        try {
            long negative = build(graph, flow);
            MaxFlow.Status status = flow.solve(size, size + 1);
            if (status != MaxFlow.Status.OPTIMAL) {
                throw new IllegalStateException("OR-tools finds no maximum flow: " + status + ".");
            }
            reach(graph, flow);
            read(graph, sourceSide);
            return graph.constant + negative + flow.getOptimalFlow();
        } finally {
            flow.delete();
        }
    }

    private void allocate(GridGraph graph) {
        size = graph.excess.length;
        degree = graph.steps.length;
        if (numbers.length < graph.arcs.length) {
            numbers = new int[graph.arcs.length];
        }
        if (reached.length < size) {
            reached = new boolean[size];
            queue = new int[size];
        }
        Arrays.fill(reached, 0, size, false);
    }

    /** Hands over all arcs, and returns what pixels cost that are on their cheapest side. */
    private long build(GridGraph graph, MaxFlow flow) {
        long negative = 0;
        for (int p = 0; p < size; p++) {
            int excess = graph.excess[p];
            if (excess > 0) {
                flow.addArcWithCapacity(size, p, excess);
            } else if (excess < 0) {
                flow.addArcWithCapacity(p, size + 1, -excess);
                negative += excess;
            }
        }
        for (int p = 0, at = 0; p < size; p++) {
            for (int arc = 0; arc < degree; arc++, at++) {
                int capacity = graph.arcs[at];
                numbers[at] =
                        capacity > 0
                                ? flow.addArcWithCapacity(p, p + graph.steps[arc], capacity)
                                : NONE;
            }
        }
        return negative;
    }

    private void reach(GridGraph graph, MaxFlow flow) {
        int count = 0;
        for (int p = 0, number = 0; p < size; p++) {
            int excess = graph.excess[p];
            if (excess > 0 && flow.getFlow(number) < excess) {
                reached[p] = true;
                queue[count++] = p;
            }
            number += excess == 0 ? 0 : 1;
        }
        for (int i = 0; i < count; i++) {
            int p = queue[i];
            for (int arc = 0; arc < degree; arc++) {
                int q = p + graph.steps[arc];
                // Arcs into the frame have no capacity, so that q is never outside the arrays.
                if (!reached[q] && open(graph, flow, p * degree + arc, q * degree + (arc ^ 1))) {
                    reached[q] = true;
                    queue[count++] = q;
                }
            }
        }
    }

    /** Tells whether an arc is not full, or its opposite carries flow that may turn back. */
    private boolean open(GridGraph graph, MaxFlow flow, int arc, int opposite) {
        return (numbers[arc] != NONE && flow.getFlow(numbers[arc]) < graph.arcs[arc])
                || (numbers[opposite] != NONE && flow.getFlow(numbers[opposite]) > 0);
    }

    private void read(GridGraph graph, boolean[] sourceSide) {
        for (int y = 0, pixel = 0; y < graph.height(); y++) {
            int at = (y + 1) * (graph.width() + 2) + 1;
            for (int x = 0; x < graph.width(); x++) {
                sourceSide[pixel++] = reached[at++];
            }
        }
    }
}
