package io.github.gradkit.adm.cut;

import java.util.Arrays;

/**
 * A choice between two sides, source and sink, for each pixel of a grid, and what it costs.
 *
 * <p>The cost of a labelling is the sum of {@link #addCosts one cost for each pixel}, by its side,
 * and of the {@linkplain #addArc capacities} of the arcs that lead from a pixel on the source side
 * to one on the sink side. With capacities of 0 or more, a minimum cut finds the cheapest labelling
 * (Kolmogorov and Zabih, PAMI 2004).
 *
 * <p>Pixels are counted row by row: {@code y * width + x}. A graph is made once for a size and
 * {@linkplain #clear() cleared} for each problem. It takes 4 bytes for each pixel and for each of
 * its neighbours, 36 bytes a pixel with eight of them. It is not safe for use by several threads.
 *
 * @implNote A frame one pixel wide surrounds the grid, so that a solver needs no test for borders:
 *     the arcs to the frame have no capacity. The arcs of a pixel lie side by side; arc {@code 2k}
 *     is direction {@code k} and arc {@code 2k + 1} the opposite one.
 */
public final class GridGraph {

    /** The arc capacities: framed pixel times degree, plus arc. */
    final int[] arcs;

    /** What the sink side costs more than the source side, by framed pixel. */
    final int[] excess;

    /** How far each arc leads in framed pixels. */
    final int[] steps;

    /** The cost if every pixel's own cost were that of the source side. */
    long constant;

    private final int width;
    private final int height;
    private final Neighbourhood neighbourhood;

    /**
     * Makes a graph without costs.
     *
     * @param width the columns, at least 1
     * @param height the rows, at least 1
     * @param neighbourhood which pixels may be joined by arcs
     * @throws IllegalArgumentException if a side is less than 1, or the grid is too large for
     *     arrays
     */
    public GridGraph(int width, int height, Neighbourhood neighbourhood) {
        Checks.size(width, height);
        this.width = width;
        this.height = height;
        this.neighbourhood = neighbourhood;
        int framed = (width + 2) * (height + 2);
        this.steps = steps(neighbourhood, width + 2);
        this.arcs = new int[framed * steps.length];
        this.excess = new int[framed];
    }

    private static int[] steps(Neighbourhood neighbourhood, int stride) {
        int[] steps = new int[2 * neighbourhood.directions()];
        for (int k = 0; k < neighbourhood.directions(); k++) {
            steps[2 * k] = neighbourhood.dy(k) * stride + neighbourhood.dx(k);
            steps[2 * k + 1] = -steps[2 * k];
        }
        return steps;
    }

    /**
     * Returns the number of columns.
     *
     * @return at least 1
     */
    public int width() {
        return width;
    }

    /**
     * Returns the number of rows.
     *
     * @return at least 1
     */
    public int height() {
        return height;
    }

    /**
     * Returns the number of pixels.
     *
     * @return width times height
     */
    public int pixels() {
        return width * height;
    }

    /**
     * Returns which pixels may be joined.
     *
     * @return the neighbourhood given to the constructor
     */
    public Neighbourhood neighbourhood() {
        return neighbourhood;
    }

    /** Removes all costs and capacities. */
    public void clear() {
        Arrays.fill(arcs, 0);
        Arrays.fill(excess, 0);
        constant = 0;
    }

    /**
     * Adds to what a pixel costs on each side. Only the difference matters to the cut, so that
     * either cost may be negative.
     *
     * @param pixel from 0 to {@code pixels() - 1}
     * @param source the cost of the source side
     * @param sink the cost of the sink side
     * @throws IllegalArgumentException if the pixel is not in the grid, or the difference of all
     *     its costs no longer fits 32 bits
     */
    public void addCosts(int pixel, int source, int sink) {
        int at = framed(pixel);
        long sum = excess[at] + ((long) sink - source);
        if (Math.abs(sum) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "The costs of the two sides of pixel "
                            + pixel
                            + " differ by "
                            + sum
                            + ", and a solver counts with 32 bits. Use a smaller scale.");
        }
        excess[at] = (int) sum;
        constant += source;
    }

    /**
     * Adds an arc and its opposite between a pixel and its neighbour.
     *
     * @param pixel from 0 to {@code pixels() - 1}
     * @param direction leads to the neighbour, from 0 to {@code neighbourhood().directions() - 1}
     * @param capacity the cost if the pixel is on the source side and the neighbour on the sink
     *     side, at least 0
     * @param opposite the cost of the reverse, at least 0
     * @throws IllegalArgumentException if the pixel or the neighbour is not in the grid, a capacity
     *     is negative, or the sum of the two no longer fits 32 bits
     */
    public void addArc(int pixel, int direction, int capacity, int opposite) {
        int at = framed(pixel) * steps.length + 2 * checkedDirection(pixel, direction);
        int back = at + steps[2 * direction] * steps.length + 1;
        if (capacity < 0 || opposite < 0) {
            throw new IllegalArgumentException(
                    "The arcs of pixel "
                            + pixel
                            + " in direction "
                            + direction
                            + " have capacities "
                            + capacity
                            + " and "
                            + opposite
                            + ": a minimum cut needs capacities of 0 or more.");
        }
        if ((long) arcs[at] + capacity + arcs[back] + opposite > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "The arcs of pixel "
                            + pixel
                            + " in direction "
                            + direction
                            + " add up to more than 32 bits hold. Use a smaller scale.");
        }
        arcs[at] += capacity;
        arcs[back] += opposite;
    }

    private int checkedDirection(int pixel, int direction) {
        if (!neighbourhood.leadsInside(direction, pixel % width, pixel / width, width, height)) {
            throw new IllegalArgumentException(
                    "Pixel " + pixel + " has no neighbour in direction " + direction + ".");
        }
        return direction;
    }

    /**
     * Returns the cost of a labelling, by looking at every pixel and pair.
     *
     * @param sourceSide for each pixel, whether it is on the source side
     * @return the cost
     * @throws IllegalArgumentException if the array has not one entry a pixel
     */
    public long cost(boolean[] sourceSide) {
        Checks.length("sourceSide", sourceSide.length, pixels());
        long cost = constant;
        for (int pixel = 0; pixel < pixels(); pixel++) {
            cost += sourceSide[pixel] ? arcsCut(pixel, sourceSide) : excess[framed(pixel)];
        }
        return cost;
    }

    private long arcsCut(int pixel, boolean[] sourceSide) {
        int at = framed(pixel);
        long sum = 0;
        for (int arc = 0; arc < steps.length; arc++) {
            int capacity = arcs[at * steps.length + arc];
            if (capacity > 0 && !sourceSide[unframed(at + steps[arc])]) {
                sum += capacity;
            }
        }
        return sum;
    }

    /** Returns where a pixel lies in the framed arrays. */
    int framed(int pixel) {
        if (pixel < 0 || pixel >= pixels()) {
            throw new IllegalArgumentException(
                    "There is no pixel " + pixel + " in " + width + " x " + height + " pixels.");
        }
        return (pixel / width + 1) * (width + 2) + pixel % width + 1;
    }

    private int unframed(int at) {
        return (at / (width + 2) - 1) * width + at % (width + 2) - 1;
    }
}
