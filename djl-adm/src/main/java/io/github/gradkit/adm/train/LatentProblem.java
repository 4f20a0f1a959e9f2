package io.github.gradkit.adm.train;

import io.github.gradkit.adm.cut.Minimum;
import io.github.gradkit.adm.cut.ParallelCuts;
import io.github.gradkit.adm.cut.PottsEnergy;
import io.github.gradkit.adm.data.SegmentationLabels;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The energies of a batch's latent labellings, filled in by the threads that solve them. */
final class LatentProblem implements ParallelCuts.EnergyFiller {

    private static final float BARRED = (float) PottsEnergy.HIGHEST_COST;

    private final ScoredImages images;
    private final double ratio;
    private final ScribbleRule rule;
    private final List<int[]> permitted;
    private final int[][] strongest;
    private final double[] relaxed;
    private final double[] least;

    /**
     * Makes the problem of a batch. The scores are overwritten when it is solved.
     *
     * @param ratio lambda over gamma
     * @param permitted the labels that each image may get besides those of its scribbles; an image
     *     for which that are none may get all. Empty if all images may get all labels
     */
    LatentProblem(ScoredImages images, double ratio, ScribbleRule rule, List<int[]> permitted) {
        this.images = images;
        this.ratio = ratio;
        this.rule = rule;
        this.permitted = permitted;
        this.strongest = new int[images.batch][images.pixels];
        this.relaxed = new double[images.batch];
        this.least = new double[images.batch];
    }

    @Override
    public void fill(int image, PottsEnergy energy) {
        int[] scribbles = scribbles(image);
        negativeLogShares(image);
        relaxed[image] = GridEnergies.bilinear(images, image);
        if (rule == ScribbleRule.SOFT) {
            overrule(image, scribbles);
        }
        int[] allowed = allowed(image, scribbles);
        least[image] = subtractLeast(image, allowed);
        for (int label = 0; label < images.labels; label++) {
            energy.setCosts(label, images.scores, images.scoresAt(image, label));
        }
        for (int k = 0; k < images.neighbourhood.directions(); k++) {
            energy.setWeights(k, images.weights, images.weightsAt(image, k), ratio);
        }
        energy.setAllowed(allowed);
        if (rule == ScribbleRule.HARD) {
            energy.setSeeds(scribbles);
        }
    }

    private int[] scribbles(int image) {
        int from = image * images.pixels;
        int[] scribbles = Arrays.copyOfRange(images.scribbles, from, from + images.pixels);
        checkScribbles(scribbles, image);
        return scribbles;
    }

    private int[] allowed(int image, int[] scribbles) {
        int[] all = IntStream.range(0, images.labels).toArray();
        if (permitted.isEmpty()) {
            return all;
        }
        int[] some =
                IntStream.concat(IntStream.of(permitted.get(image)), IntStream.of(scribbles))
                        .filter(label -> label != SegmentationLabels.UNLABELLED)
                        .distinct()
                        .sorted()
                        .toArray();
        return some.length > 0 ? some : all;
    }

    /**
     * Makes the least cost of each pixel 0, so that the cap on costs is on how much worse a label
     * is than the best. Barred labels don't count as best.
     *
     * @return the sum of what was taken away
     */
    private double subtractLeast(int image, int[] allowed) {
        double sum = 0;
        for (int pixel = 0; pixel < images.pixels; pixel++) {
            float lowest = Float.POSITIVE_INFINITY;
            for (int label : allowed) {
                lowest = Math.min(lowest, images.scores[images.scoresAt(image, label) + pixel]);
            }
            // All allowed labels may be impossible; then they are alike.
            float taken = Math.min(lowest, Float.MAX_VALUE);
            for (int label = 0; label < images.labels; label++) {
                int at = images.scoresAt(image, label) + pixel;
                images.scores[at] = Math.max(0, images.scores[at] - taken);
            }
            sum += Float.isFinite(lowest) ? lowest : 0;
        }
        return sum;
    }

    private void checkScribbles(int[] scribbles, int image) {
        for (int pixel = 0; pixel < scribbles.length; pixel++) {
            int label = scribbles[pixel];
            if (label != SegmentationLabels.UNLABELLED && (label < 0 || label >= images.labels)) {
                throw new IllegalArgumentException(
                        "Pixel "
                                + pixel
                                + " of image "
                                + image
                                + " of the batch has label "
                                + label
                                + ", but the network scores labels 0 to "
                                + (images.labels - 1)
                                + ". Give unlabelled pixels "
                                + SegmentationLabels.UNLABELLED
                                + ", or the network more outputs.");
            }
        }
    }

    /** Puts the scribbles in the place of the network's opinion. */
    private void overrule(int image, int[] scribbles) {
        for (int label = 0; label < images.labels; label++) {
            int plane = images.scoresAt(image, label);
            for (int pixel = 0; pixel < scribbles.length; pixel++) {
                if (scribbles[pixel] != SegmentationLabels.UNLABELLED) {
                    images.scores[plane + pixel] = scribbles[pixel] == label ? 0 : BARRED;
                }
            }
        }
    }

    /** Turns scores into {@code -log softmax}, in place, and keeps the strongest labels. */
    private void negativeLogShares(int image) {
        float[] scores = images.scores;
        int offset = images.scoresAt(image, 0);
        for (int pixel = 0; pixel < images.pixels; pixel++) {
            int best = strongest(image, pixel);
            strongest[image][pixel] = best;
            float highest = scores[offset + best * images.pixels + pixel];
            double sum = 0;
            int end = offset + images.labels * images.pixels;
            for (int i = offset + pixel; i < end; i += images.pixels) {
                sum += Math.exp(scores[i] - highest);
            }
            double total = highest + Math.log(sum);
            for (int i = offset + pixel; i < end; i += images.pixels) {
                scores[i] = (float) Math.max(0, total - scores[i]);
            }
        }
    }

    private int strongest(int image, int pixel) {
        int best = 0;
        float highest = Float.NEGATIVE_INFINITY;
        for (int label = 0; label < images.labels; label++) {
            float score = images.scores[images.scoresAt(image, label) + pixel];
            if (Float.isNaN(score) || score == Float.POSITIVE_INFINITY) {
                throw noNumber(score, image, pixel);
            }
            if (score > highest) {
                highest = score;
                best = label;
            }
        }
        if (highest == Float.NEGATIVE_INFINITY) {
            throw noNumber(highest, image, pixel);
        }
        return best;
    }

    private static IllegalArgumentException noNumber(float score, int image, int pixel) {
        return new IllegalArgumentException(
                "The network scores "
                        + score
                        + " at pixel "
                        + pixel
                        + " of image "
                        + image
                        + " of the batch, so no labelling can be looked for. Lower the learning"
                        + " rate, or look for the step where the weights went wrong.");
    }

    LatentEnergy energy(int image, int[] labelling, Minimum minimum, double gamma) {
        double pixels = images.pixels;
        int changed = 0;
        for (int pixel = 0; pixel < labelling.length; pixel++) {
            changed += labelling[pixel] == strongest[image][pixel] ? 0 : 1;
        }
        return new LatentEnergy(
                gamma * nats(minimum.startEnergy(), image) / pixels,
                gamma * nats(minimum.energy(), image) / pixels,
                GridEnergies.potts(images, image, strongest[image]) / pixels,
                GridEnergies.potts(images, image, labelling) / pixels,
                relaxed[image] / pixels,
                minimum.sweeps(),
                minimum.converged() ? 1 : 0,
                changed / pixels);
    }

    private double nats(long energy, int image) {
        return energy / (double) PottsEnergy.SCALE + least[image];
    }
}
