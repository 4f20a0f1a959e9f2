package io.github.gradkit.adm.cut;

import java.util.Arrays;

/**
 * The maximum flow by incremental breadth-first search (Goldberg, Hed, Kaplan, Tarjan and Werneck,
 * Maximum flows by incremental breadth-first search, ESA 2011), on the arrays of a grid.
 *
 * <p>Like {@link BoykovKolmogorov} it grows one tree from the source and one from the sink, but
 * both stay breadth-first trees: each pixel knows its distance from its terminal, which only grows,
 * and a pixel that was cut off gets the nearest parent there is. So paths are shortest, and the
 * time is bounded by a constant times the square of the pixels times the arcs, and far less in
 * practice. It is the best solver unless next to no pixel has clear costs of its own. It keeps 68
 * bytes a pixel with eight neighbours.
 */
public final class IncrementalBreadthFirst extends TreeFlow {

    private final int[] depth = new int[3];
    private final int[] limit = new int[3];

    /** Pixels to grow from, for both trees at even and odd distances. */
    private final int[][] lists = new int[4][0];

    private final int[] counts = new int[4];

    /** For each pixel one bit for each list that it is in. */
    private byte[] listed = {};

    private int[] level = {};

    /** The first arc that may lead to a parent at the present distance. */
    private byte[] firstArc = {};

    /** The last orphan at each distance, 0 for none, which is a pixel of the frame. */
    private int[] orphanAt = {};

    private int[] nextOrphan = {};
    private int lowest;
    private int highest;

    /** Makes a solver; its memory comes with the first problem. */
    public IncrementalBreadthFirst() {}

    @Override
    void prepare() {
        if (level.length < size) {
            allocate();
        }
        Arrays.fill(listed, 0, size, (byte) 0);
        Arrays.fill(counts, 0);
        Arrays.fill(depth, 1);
        Arrays.fill(limit, 1);
        lowest = Integer.MAX_VALUE;
        highest = 0;
    }

    private void allocate() {
        level = new int[size];
        firstArc = new byte[size];
        listed = new byte[size];
        orphanAt = new int[size + 1];
        nextOrphan = new int[size];
        for (int list = 0; list < lists.length; list++) {
            lists[list] = new int[size];
        }
    }

    @Override
    void root(int p) {
        place(p, TERMINAL, 1, 0);
    }

    private void place(int p, int arc, int distance, int first) {
        parent[p] = (byte) arc;
        level[p] = distance;
        firstArc[p] = (byte) first;
        if (distance >= depth[tree[p]]) {
            enlist(p, list(tree[p], distance));
        }
    }

    private static int list(byte side, int distance) {
        return 2 * (side - SOURCE) + (distance & 1);
    }

    private void enlist(int p, int list) {
        if ((listed[p] & (1 << list)) == 0) {
            listed[p] |= (byte) (1 << list);
            lists[list][counts[list]++] = p;
        }
    }

    /**
     * Grows one tree by one level at a time, the one with fewer pixels to grow from. When nothing
     * flows any more this goes on to the last pixel that the source reaches.
     */
    @Override
    void grow() {
        int source = counts[list(SOURCE, depth[SOURCE])];
        while (source > 0) {
            int sink = counts[list(SINK, depth[SINK])];
            growLevel(sink > 0 && sink < source ? SINK : SOURCE);
            source = counts[list(SOURCE, depth[SOURCE])];
        }
    }

    private void growLevel(byte side) {
        limit[side] = depth[side] + 1;
        int list = list(side, depth[side]);
        while (counts[list] > 0) {
            int p = lists[list][--counts[list]];
            listed[p] &= (byte) ~(1 << list);
            if (growsFrom(p, side)) {
                scan(p, side);
            }
        }
        depth[side]++;
    }

    private boolean growsFrom(int p, byte side) {
        return tree[p] == side && level[p] == depth[side];
    }

    private void scan(int p, byte side) {
        int arc = 0;
        while (arc < degree) {
            int q = p + steps[arc];
            if (open(side, p, arc) && tree[q] != side) {
                if (tree[q] == NO_TREE) {
                    tree[q] = side;
                    place(q, arc ^ 1, depth[side] + 1, 0);
                } else {
                    join(p, q, arc);
                    if (!growsFrom(p, side)) {
                        return;
                    }
                    continue;
                }
            }
            arc++;
        }
    }

    private void join(int p, int q, int arc) {
        if (tree[p] == SOURCE) {
            augment(p, arc);
        } else {
            augment(q, arc ^ 1);
        }
        adopt();
    }

    @Override
    void orphaned(int p) {
        int distance = level[p];
        nextOrphan[p] = orphanAt[distance];
        orphanAt[distance] = p;
        lowest = Math.min(lowest, distance);
        highest = Math.max(highest, distance);
    }

    /** Finds parents for the orphans, the nearest to the terminals first. */
    private void adopt() {
        for (int distance = lowest; distance <= highest; distance++) {
            while (orphanAt[distance] != 0) {
                int p = orphanAt[distance];
                orphanAt[distance] = nextOrphan[p];
                if (!keepsDistance(p)) {
                    cutOffChildren(p);
                    moveAway(p);
                }
            }
        }
        lowest = Integer.MAX_VALUE;
        highest = 0;
    }

    private boolean keepsDistance(int p) {
        byte side = tree[p];
        int above = level[p] - 1;
        for (int arc = firstArc[p]; arc < degree; arc++) {
            int q = p + steps[arc];
            if (level[q] == above && tree[q] == side && open(side, q, arc ^ 1)) {
                parent[p] = (byte) arc;
                firstArc[p] = (byte) arc;
                return true;
            }
        }
        return false;
    }

    private void cutOffChildren(int p) {
        byte side = tree[p];
        for (int arc = 0; arc < degree; arc++) {
            int q = p + steps[arc];
            if (tree[q] == side && parent[q] == (arc ^ 1)) {
                cutOff(q);
            }
        }
    }

    /**
     * Puts a pixel behind its nearest neighbour in the tree, or out of the tree. The neighbour may
     * be an orphan itself: if it has to move later, it cuts off this pixel again.
     */
    private void moveAway(int p) {
        byte side = tree[p];
        int best = -1;
        int nearest = limit[side];
        for (int arc = 0; arc < degree; arc++) {
            int q = p + steps[arc];
            if (tree[q] == side && level[q] < nearest && open(side, q, arc ^ 1)) {
                best = arc;
                nearest = level[q];
            }
        }
        if (best < 0) {
            tree[p] = NO_TREE;
            parent[p] = NO_PARENT;
        } else {
            place(p, best, nearest + 1, best);
        }
    }
}
