package io.github.gradkit.adm.cut;

import java.util.Arrays;

/**
 * What the solvers share that grow one tree from the source and one from the sink: the residual
 * capacities, the trees, and the flow along a path that joins them.
 *
 * <p>Pixels are those of the framed grid. The arc of pixel {@code p} number {@code a} leads to
 * {@code p + steps[a]}, and its opposite there has number {@code a ^ 1}. A parent is given as the
 * number of the arc that leads to it.
 */
abstract class TreeFlow implements MinCutSolver {

    static final byte NO_TREE = 0;
    static final byte SOURCE = 1;
    static final byte SINK = 2;

    /** The parent of a pixel that hangs on the source or the sink itself. */
    static final byte TERMINAL = -1;

    /** The parent of a pixel that has lost its parent, until the trees are mended. */
    static final byte ORPHAN = -2;

    /** The parent of a pixel in no tree. */
    static final byte NO_PARENT = -3;

    int[] steps = {};
    int degree;
    int[] residual = {};

    /** What is left of a pixel's arc from the source, or if negative, to the sink. */
    int[] excess = {};

    byte[] tree = {};
    byte[] parent = {};
    int size;
    private long flow;

    @Override
    public final long solve(GridGraph graph, boolean[] sourceSide) {
        Checks.length("sourceSide", sourceSide.length, graph.pixels());
        load(graph);
        long cost = graph.constant;
        for (int p = 0; p < size; p++) {
            cost += Math.min(0, excess[p]);
            start(p);
        }
        grow();
        read(graph, sourceSide);
        return cost + flow;
    }

    private void load(GridGraph graph) {
        size = graph.excess.length;
        steps = graph.steps;
        degree = steps.length;
        flow = 0;
        if (residual.length < graph.arcs.length) {
            residual = new int[graph.arcs.length];
        }
        if (excess.length < size) {
            excess = new int[size];
            tree = new byte[size];
            parent = new byte[size];
        }
        System.arraycopy(graph.arcs, 0, residual, 0, graph.arcs.length);
        System.arraycopy(graph.excess, 0, excess, 0, size);
        Arrays.fill(tree, 0, size, NO_TREE);
        Arrays.fill(parent, 0, size, NO_PARENT);
        prepare();
    }

    private void start(int p) {
        if (excess[p] != 0) {
            tree[p] = excess[p] > 0 ? SOURCE : SINK;
            parent[p] = TERMINAL;
            root(p);
        }
    }

    private void read(GridGraph graph, boolean[] sourceSide) {
        int width = graph.width();
        for (int y = 0, pixel = 0; y < graph.height(); y++) {
            int at = (y + 1) * (width + 2) + 1;
            for (int x = 0; x < width; x++) {
                sourceSide[pixel++] = tree[at++] == SOURCE;
            }
        }
    }

    /** Gets the rest of the memory ready for {@code size} pixels. */
    abstract void prepare();

    /** Takes notice of a pixel that hangs on the source or the sink. */
    abstract void root(int p);

    /** Lets flow pass until none can, with all pixels that the source reaches in its tree. */
    abstract void grow();

    /** Takes notice of a pixel whose parent is {@link #ORPHAN} now. */
    abstract void orphaned(int p);

    /** Tells whether flow can pass between a pixel of a tree and its neighbour, in its sense. */
    final boolean open(byte side, int p, int arc) {
        return side == SOURCE
                ? residual[p * degree + arc] > 0
                : residual[(p + steps[arc]) * degree + (arc ^ 1)] > 0;
    }

    /** Sends what fits along the path through an arc from the source's tree to the sink's. */
    final void augment(int from, int arc) {
        int to = from + steps[arc];
        int least = residual[from * degree + arc];
        least = leastToSource(from, least);
        least = leastToSink(to, least);
        residual[from * degree + arc] -= least;
        residual[to * degree + (arc ^ 1)] += least;
        sendFromSource(from, least);
        sendToSink(to, least);
        flow += least;
    }

    private int leastToSource(int from, int bound) {
        int least = bound;
        int p = from;
        while (parent[p] != TERMINAL) {
            int arc = parent[p];
            p += steps[arc];
            least = Math.min(least, residual[p * degree + (arc ^ 1)]);
        }
        return Math.min(least, excess[p]);
    }

    private int leastToSink(int to, int bound) {
        int least = bound;
        int p = to;
        while (parent[p] != TERMINAL) {
            int arc = parent[p];
            least = Math.min(least, residual[p * degree + arc]);
            p += steps[arc];
        }
        return Math.min(least, -excess[p]);
    }

    private void sendFromSource(int from, int amount) {
        int p = from;
        while (parent[p] != TERMINAL) {
            int arc = parent[p];
            int above = p + steps[arc];
            residual[p * degree + arc] += amount;
            int left = residual[above * degree + (arc ^ 1)] - amount;
            residual[above * degree + (arc ^ 1)] = left;
            if (left == 0) {
                cutOff(p);
            }
            p = above;
        }
        excess[p] -= amount;
        if (excess[p] == 0) {
            cutOff(p);
        }
    }

    private void sendToSink(int to, int amount) {
        int p = to;
        while (parent[p] != TERMINAL) {
            int arc = parent[p];
            int above = p + steps[arc];
            residual[above * degree + (arc ^ 1)] += amount;
            int left = residual[p * degree + arc] - amount;
            residual[p * degree + arc] = left;
            if (left == 0) {
                cutOff(p);
            }
            p = above;
        }
        excess[p] += amount;
        if (excess[p] == 0) {
            cutOff(p);
        }
    }

    final void cutOff(int p) {
        parent[p] = ORPHAN;
        orphaned(p);
    }
}
