package io.github.gradkit.adm.train;

import io.github.gradkit.adm.cut.Minimum;
import io.github.gradkit.adm.cut.ParallelCuts;
import io.github.gradkit.adm.cut.PottsEnergy;
import io.github.gradkit.adm.data.SegmentationLabels;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The energies of a batch's latent labellings, filled in by the threads that solve them. */
final class LatentProblem implements ParallelCuts.EnergyFiller {

    private static final float BARRED = (float) PottsEnergy.HIGHEST_COST;

    private final ScoredImages images;
    private final double ratio;
    private final ScribbleRule rule;
    private final boolean restricted;
    private final int[][] strongest;
    private final double[] relaxed;

    /**
     * Makes the problem of a batch. The scores are overwritten when it is solved.
     *
     * @param ratio lambda over gamma
     */
    LatentProblem(ScoredImages images, double ratio, ScribbleRule rule, boolean restricted) {
        this.images = images;
        this.ratio = ratio;
        this.rule = rule;
        this.restricted = restricted;
        this.strongest = new int[images.batch][images.pixels];
        this.relaxed = new double[images.batch];
    }

    @Override
    public void fill(int image, PottsEnergy energy) {
        int scores = images.scoresAt(image, 0);
        negativeLogShares(images.scores, scores, images.labels, images.pixels, image);
        relaxed[image] = GridEnergies.bilinear(images, image, images.scores, scores);
        setCosts(image, energy);
        energy.cheapestLabels(strongest[image]);
        int directions = images.neighbourhood.directions();
        for (int k = 0; k < directions; k++) {
            energy.setWeights(k, images.weights, images.weightsAt(image, k), ratio);
        }
        applyScribbles(image, energy);
    }

    private void setCosts(int image, PottsEnergy energy) {
        for (int label = 0; label < images.labels; label++) {
            int plane = images.scoresAt(image, label);
            energy.setCosts(label, images.scores, plane);
        }
    }

    private void applyScribbles(int image, PottsEnergy energy) {
        int from = image * images.pixels;
        int[] scribbles = Arrays.copyOfRange(images.scribbles, from, from + images.pixels);
        checkScribbles(scribbles, image);
        if (restricted) {
            int[] present = labelsOf(scribbles);
            if (present.length > 0) {
                energy.setAllowed(present);
            }
        }
        if (rule == ScribbleRule.HARD) {
            energy.setSeeds(scribbles);
        } else if (rule == ScribbleRule.SOFT) {
            overrule(image, scribbles);
            setCosts(image, energy);
        }
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

    private static int[] labelsOf(int[] scribbles) {
        return IntStream.of(scribbles)
                .filter(label -> label != SegmentationLabels.UNLABELLED)
                .distinct()
                .sorted()
                .toArray();
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

    /** Turns scores into {@code -log softmax}, in place. */
    static void negativeLogShares(float[] scores, int offset, int labels, int pixels, int image) {
        for (int pixel = 0; pixel < pixels; pixel++) {
            float highest = Float.NEGATIVE_INFINITY;
            for (int i = offset + pixel, label = 0; label < labels; label++, i += pixels) {
                highest = Math.max(highest, scores[i]);
            }
            if (!Float.isFinite(highest)) {
                throw new IllegalArgumentException(
                        "The network scores "
                                + highest
                                + " at pixel "
                                + pixel
                                + " of image "
                                + image
                                + " of the batch, so no labelling can be looked for. Lower the"
                                + " learning rate, or look for the step where the weights went"
                                + " wrong.");
            }
            double sum = 0;
            for (int i = offset + pixel, label = 0; label < labels; label++, i += pixels) {
                sum += Math.exp(scores[i] - highest);
            }
            double total = highest + Math.log(sum);
            for (int i = offset + pixel, label = 0; label < labels; label++, i += pixels) {
                scores[i] = (float) Math.max(0, total - scores[i]);
            }
        }
    }

    LatentEnergy energy(int image, int[] labelling, Minimum minimum, double gamma) {
        double pixels = images.pixels;
        double unit = gamma / (PottsEnergy.SCALE * pixels);
        int changed = 0;
        for (int pixel = 0; pixel < labelling.length; pixel++) {
            changed += labelling[pixel] == strongest[image][pixel] ? 0 : 1;
        }
        return new LatentEnergy(
                minimum.startEnergy() * unit,
                minimum.energy() * unit,
                GridEnergies.potts(images, image, strongest[image]) / pixels,
                GridEnergies.potts(images, image, labelling) / pixels,
                relaxed[image] / pixels,
                minimum.sweeps(),
                changed / pixels);
    }
}
