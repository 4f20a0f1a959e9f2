package io.github.gradkit.adm.cut;

import java.util.Arrays;

/**
 * The augmenting-path algorithm of Boykov and Kolmogorov (An experimental comparison of min-cut and
 * max-flow algorithms for energy minimization in vision, PAMI 2004), on the arrays of a grid.
 *
 * <p>Two trees grow from the source and the sink until they touch, the path is filled, and the
 * pixels that it cut off look for new parents in their tree. Time stamps and distances to the
 * terminals keep the search for parents short and the paths too (section 3.2.3 of Kolmogorov's
 * thesis, 2003).
 *
 * <p>It is fast where most pixels have clear costs of their own, since paths are short then. Where
 * few have, it may take many times as long as {@link PushRelabel}. There is no useful bound on its
 * time. It keeps 54 bytes a pixel with eight neighbours.
 */
public final class BoykovKolmogorov extends TreeFlow {

    private static final int NEVER = Integer.MAX_VALUE;

    private int[] stamp = {};
    private int[] distance = {};

    /** The pixels whose tree may grow, as a list in a ring: the next one, itself at the end. */
    private int[] next = {};

    private int first;
    private int last;

    private int[] orphans = {};
    private int orphanHead;
    private int orphanCount;
    private int time;

    /** Makes a solver; its memory comes with the first problem. */
    public BoykovKolmogorov() {}

    @Override
    void prepare() {
        if (stamp.length < size) {
            stamp = new int[size];
            distance = new int[size];
            next = new int[size];
            orphans = new int[size];
        }
        Arrays.fill(next, 0, size, 0);
        first = 0;
        last = 0;
        orphanHead = 0;
        orphanCount = 0;
        time = 1;
    }

    @Override
    void root(int p) {
        stamp[p] = 0;
        distance[p] = 1;
        activate(p);
    }

    /** Pixel 0 lies in the frame and is never active, so that 0 means none. */
    private void activate(int p) {
        if (next[p] == 0) {
            next[p] = p;
            if (last == 0) {
                first = p;
            } else {
                next[last] = p;
            }
            last = p;
        }
    }

    private int nextActive() {
        while (first != 0) {
            int p = first;
            if (last == p) {
                first = 0;
                last = 0;
            } else {
                first = next[p];
            }
            next[p] = 0;
            if (parent[p] != NO_PARENT) {
                return p;
            }
        }
        return 0;
    }

    @Override
    void grow() {
        int p = nextActive();
        while (p != 0) {
            int arc = arcToOtherTree(p);
            if (arc < 0) {
                p = nextActive();
                continue;
            }
            if (tree[p] == SOURCE) {
                augment(p, arc);
            } else {
                augment(p + steps[arc], arc ^ 1);
            }
            time++;
            adopt();
            if (parent[p] == NO_PARENT) {
                p = nextActive();
            }
        }
    }

    /** Adds all free neighbours to the tree, and stops at an arc to the other tree. */
    private int arcToOtherTree(int p) {
        byte side = tree[p];
        for (int arc = 0; arc < degree; arc++) {
            if (open(side, p, arc)) {
                int q = p + steps[arc];
                if (parent[q] == NO_PARENT) {
                    tree[q] = side;
                    attach(q, p, arc ^ 1);
                    activate(q);
                } else if (tree[q] != side) {
                    return arc;
                } else if (stamp[q] <= stamp[p] && distance[q] > distance[p]) {
                    attach(q, p, arc ^ 1);
                }
            }
        }
        return -1;
    }

    private void attach(int q, int above, int arc) {
        parent[q] = (byte) arc;
        stamp[q] = stamp[above];
        distance[q] = distance[above] + 1;
    }

    @Override
    void orphaned(int p) {
        int at = orphanHead + orphanCount++;
        orphans[at < size ? at : at - size] = p;
    }

    private void adopt() {
        while (orphanCount > 0) {
            int p = orphans[orphanHead++];
            orphanCount--;
            if (orphanHead == size) {
                orphanHead = 0;
            }
            int arc = nearestParent(p);
            if (arc >= 0) {
                attach(p, p + steps[arc], arc);
            } else {
                free(p);
            }
        }
    }

    private int nearestParent(int p) {
        byte side = tree[p];
        int best = -1;
        int nearest = NEVER;
        for (int arc = 0; arc < degree; arc++) {
            int q = p + steps[arc];
            if (tree[q] == side && open(side, q, arc ^ 1)) {
                int far = distanceToTerminal(q);
                if (far < nearest) {
                    best = arc;
                    nearest = far;
                }
            }
        }
        return best;
    }

    /** Follows the parents to the terminal, and marks the way so that the next walk is shorter. */
    private int distanceToTerminal(int from) {
        int length = 0;
        int p = from;
        while (stamp[p] != time) {
            byte arc = parent[p];
            length++;
            if (arc == TERMINAL) {
                stamp[p] = time;
                distance[p] = 1;
                length--;
                break;
            }
            if (arc < 0) {
                return NEVER;
            }
            p += steps[arc];
        }
        int far = length + distance[p];
        int left = far;
        for (p = from; stamp[p] != time; p += steps[parent[p]]) {
            stamp[p] = time;
            distance[p] = left--;
        }
        return far;
    }

    private void free(int p) {
        byte side = tree[p];
        for (int arc = 0; arc < degree; arc++) {
            int q = p + steps[arc];
            if (tree[q] == side && parent[q] != NO_PARENT) {
                if (open(side, q, arc ^ 1)) {
                    activate(q);
                }
                if (parent[q] == (arc ^ 1)) {
                    cutOff(q);
                }
            }
        }
        tree[p] = NO_TREE;
        parent[p] = NO_PARENT;
        stamp[p] = 0;
    }
}
