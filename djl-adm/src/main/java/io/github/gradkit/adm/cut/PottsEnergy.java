package io.github.gradkit.adm.cut;

import java.util.Arrays;

/**
 * The Potts energy of labellings of one image: a cost for each pixel's label, and a weight for each
 * pair of neighbours whose labels differ.
 *
 * <pre>E(f) = sum over pixels p of U(p, f(p)) + sum over pairs {p, q} of w(p, q) [f(p) != f(q)]
 * </pre>
 *
 * <p>Energies are integers, so that sums are exact and minimisation is the same everywhere: a real
 * energy of 1 counts {@value #SCALE}, rounded. A label's cost is capped at 16 (in nats for a cost
 * {@code -log S}, a probability of 1e-7), which keeps probabilities of 0 from acting as if the
 * label were forbidden. Pixels may have a fixed label, and labels may be barred from the whole
 * image; the energy of labellings that break either is more by {@value #HARD} a pixel.
 *
 * <p>Pixels are counted row by row: {@code y * width + x}. An energy is made once for a size and
 * filled for each image. It takes 4 bytes a pixel for each label and direction and 4 more, and is
 * not safe for use by several threads while it is filled.
 */
public final class PottsEnergy {

    /** What an energy of 1 counts. */
    public static final int SCALE = 1000;

    /** The highest cost of a label, in nats. */
    public static final double HIGHEST_COST = 16;

    /** The highest weight of a pair. Any more, and a label could win against a fixed one. */
    public static final double HIGHEST_WEIGHT = 2000;

    /** What breaking a rule counts, in units of 1 / {@value #SCALE}. */
    public static final int HARD = 1 << 24;

    /** Stands for a pixel without a fixed label. */
    public static final int UNLABELLED = 255;

    final int[][] unaries;
    final int[][] weights;
    final int[] seeds;
    final boolean[] allowed;
    private final int width;
    private final int height;
    private final Neighbourhood neighbourhood;

    /**
     * Makes an energy of 0 for all labellings.
     *
     * @param width the columns, at least 1
     * @param height the rows, at least 1
     * @param neighbourhood the pairs
     * @param labels the number of labels, from 2 to 255
     * @throws IllegalArgumentException if a number is out of range
     */
    public PottsEnergy(int width, int height, Neighbourhood neighbourhood, int labels) {
        Checks.size(width, height);
        if (labels < 2 || labels > UNLABELLED) {
            throw new IllegalArgumentException(
                    "There are 2 to 255 labels, not "
                            + labels
                            + ": a label takes a byte, and 255 stands for none.");
        }
        this.width = width;
        this.height = height;
        this.neighbourhood = neighbourhood;
        this.unaries = new int[labels][width * height];
        this.weights = new int[neighbourhood.directions()][width * height];
        this.seeds = new int[width * height];
        this.allowed = new boolean[labels];
        Arrays.fill(seeds, UNLABELLED);
        Arrays.fill(allowed, true);
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
     * Returns the number of labels, barred ones included.
     *
     * @return from 2 to 255
     */
    public int labels() {
        return unaries.length;
    }

    /**
     * Returns which pixels make pairs.
     *
     * @return the neighbourhood given to the constructor
     */
    public Neighbourhood neighbourhood() {
        return neighbourhood;
    }

    /**
     * Sets what a label costs at each pixel.
     *
     * @param label from 0 to {@code labels() - 1}
     * @param costs {@code pixels()} costs from {@code offset} on, at least 0; more than {@link
     *     #HIGHEST_COST}, infinity too, counts as that
     * @param offset where the costs begin, so that one array can hold all labels and images
     * @throws IllegalArgumentException if there is no such label, the array is too short, or a cost
     *     is negative or NaN
     */
    public void setCosts(int label, float[] costs, int offset) {
        checkLabel(label);
        Checks.range("costs", costs.length, offset, pixels());
        int[] plane = unaries[label];
        for (int pixel = 0; pixel < plane.length; pixel++) {
            float cost = costs[offset + pixel];
            if (!(cost >= 0)) {
                throw new IllegalArgumentException(
                        "Label "
                                + label
                                + " costs "
                                + cost
                                + " at pixel "
                                + pixel
                                + ", but costs are numbers of 0 or more. Subtract the least cost of"
                                + " the pixel from all its costs: that changes no minimum.");
            }
            plane[pixel] = scaled(Math.min(cost, HIGHEST_COST));
        }
    }

    /**
     * Sets the weights of the pairs in one direction.
     *
     * @param direction from 0 to {@code neighbourhood().directions() - 1}
     * @param pairWeights for each first pixel of a pair, {@code pixels()} weights from {@code
     *     offset} on, from 0 to {@link #HIGHEST_WEIGHT}; those of pixels without a neighbour in
     *     this direction are not looked at
     * @param offset where the weights begin
     * @param factor multiplies all of them, at least 0
     * @throws IllegalArgumentException if there is no such direction, the array is too short, or a
     *     product is negative, NaN or too high
     */
    public void setWeights(int direction, float[] pairWeights, int offset, double factor) {
        neighbourhood.checked(direction);
        Checks.range("pairWeights", pairWeights.length, offset, pixels());
        int[] plane = weights[direction];
        for (int y = 0, pixel = 0; y < height; y++) {
            for (int x = 0; x < width; x++, pixel++) {
                if (neighbourhood.leadsInside(direction, x, y, width, height)) {
                    double weight = pairWeights[offset + pixel] * factor;
                    checkWeight(weight, direction, pixel);
                    plane[pixel] = scaled(weight);
                }
            }
        }
    }

    private static void checkWeight(double weight, int direction, int pixel) {
        if (!(weight >= 0 && weight <= HIGHEST_WEIGHT)) {
            throw new IllegalArgumentException(
                    "The pair of pixel "
                            + pixel
                            + " in direction "
                            + direction
                            + " has weight "
                            + weight
                            + ", but weights go from 0 to "
                            + HIGHEST_WEIGHT
                            + ": negative ones make no minimum cut, higher ones would not fit.");
        }
    }

    private static int scaled(double energy) {
        return (int) Math.round(energy * SCALE);
    }

    /**
     * Fixes the labels of some pixels, and frees all others.
     *
     * @param fixed for each pixel its label, or {@link #UNLABELLED}
     * @throws IllegalArgumentException if the array has not one entry a pixel, or an entry is not
     *     an allowed label
     */
    public void setSeeds(int[] fixed) {
        Checks.length("fixed", fixed.length, pixels());
        for (int pixel = 0; pixel < fixed.length; pixel++) {
            checkSeed(pixel, fixed[pixel]);
        }
        System.arraycopy(fixed, 0, seeds, 0, fixed.length);
    }

    /**
     * Allows some labels in this image, and bars all others.
     *
     * @param labels the labels, at least one
     * @throws IllegalArgumentException if there are none, one does not exist, or a pixel is fixed
     *     at another one
     */
    public void setAllowed(int... labels) {
        if (labels.length == 0) {
            throw new IllegalArgumentException(
                    "No label is allowed, so no labelling is. Allow at least one.");
        }
        boolean[] before = allowed.clone();
        for (int label : labels) {
            checkLabel(label);
        }
        Arrays.fill(allowed, false);
        for (int label : labels) {
            allowed[label] = true;
        }
        try {
            for (int pixel = 0; pixel < seeds.length; pixel++) {
                checkSeed(pixel, seeds[pixel]);
            }
        } catch (IllegalArgumentException e) {
            System.arraycopy(before, 0, allowed, 0, before.length);
            throw e;
        }
    }

    /** Sets all costs and weights to 0, frees all pixels and allows all labels. */
    public void clear() {
        for (int[] plane : unaries) {
            Arrays.fill(plane, 0);
        }
        for (int[] plane : weights) {
            Arrays.fill(plane, 0);
        }
        Arrays.fill(seeds, UNLABELLED);
        Arrays.fill(allowed, true);
    }

    private void checkSeed(int pixel, int label) {
        if (label == UNLABELLED) {
            return;
        }
        checkLabel(label);
        if (!allowed[label]) {
            throw new IllegalArgumentException(
                    "Pixel "
                            + pixel
                            + " is fixed at label "
                            + label
                            + ", which is barred from this image. Allow it, or free the pixel.");
        }
    }

    void checkLabel(int label) {
        if (label < 0 || label >= labels()) {
            throw new IllegalArgumentException(
                    "There is no label " + label + ": they are 0 to " + (labels() - 1) + ".");
        }
    }

    /**
     * Fills in the labelling that costs least when pairs cost nothing: each pixel's fixed or else
     * cheapest allowed label, the lowest of several.
     *
     * @param labelling receives a label for each pixel
     * @throws IllegalArgumentException if the array has not one entry a pixel
     */
    public void cheapestLabels(int[] labelling) {
        Checks.length("labelling", labelling.length, pixels());
        for (int pixel = 0; pixel < labelling.length; pixel++) {
            labelling[pixel] = seeds[pixel] == UNLABELLED ? cheapest(pixel) : seeds[pixel];
        }
    }

    private int cheapest(int pixel) {
        int best = -1;
        for (int label = 0; label < labels(); label++) {
            if (allowed[label] && (best < 0 || unaries[label][pixel] < unaries[best][pixel])) {
                best = label;
            }
        }
        return best;
    }

    /**
     * Returns the energy of a labelling.
     *
     * @param labelling a label for each pixel
     * @return the energy, in units of 1 / {@value #SCALE}
     * @throws IllegalArgumentException if the array has not one entry a pixel, or a label does not
     *     exist
     */
    public long energy(int[] labelling) {
        return costs(labelling) + pairs(labelling);
    }

    /**
     * Returns the part of the energy that pixels have by themselves.
     *
     * @param labelling a label for each pixel
     * @return the sum of the labels' costs, in units of 1 / {@value #SCALE}
     * @throws IllegalArgumentException if the array has not one entry a pixel, or a label does not
     *     exist
     */
    public long costs(int[] labelling) {
        Checks.length("labelling", labelling.length, pixels());
        long sum = 0;
        for (int pixel = 0; pixel < labelling.length; pixel++) {
            checkLabel(labelling[pixel]);
            sum += cost(pixel, labelling[pixel]);
        }
        return sum;
    }

    /**
     * Returns the part of the energy that pairs have.
     *
     * @param labelling a label for each pixel
     * @return the sum of the weights of pairs with different labels, in units of 1 / {@value
     *     #SCALE}
     * @throws IllegalArgumentException if the array has not one entry a pixel
     */
    public long pairs(int[] labelling) {
        Checks.length("labelling", labelling.length, pixels());
        long sum = 0;
        for (int k = 0; k < weights.length; k++) {
            int step = neighbourhood.dy(k) * width + neighbourhood.dx(k);
            // Weights that would lead out of the image are 0.
            for (int pixel = 0; pixel < labelling.length; pixel++) {
                int weight = weights[k][pixel];
                if (weight != 0 && labelling[pixel] != labelling[pixel + step]) {
                    sum += weight;
                }
            }
        }
        return sum;
    }

    /** Returns what a label costs at a pixel, with what it costs to break a rule. */
    int cost(int pixel, int label) {
        boolean breaks = seeds[pixel] == UNLABELLED ? !allowed[label] : seeds[pixel] != label;
        return unaries[label][pixel] + (breaks ? HARD : 0);
    }
}
