package io.github.gradkit.adm.cut;

import java.util.Random;

/** Seeded energies, and the least of the smallest ones by trying everything. */
final class RandomEnergies {

    private RandomEnergies() {}

    /** Costs of a softmax of normal scores, weights from 0 to strength, and a few fixed pixels. */
    static PottsEnergy softmax(int width, int height, int labels, double strength, Random random) {
        PottsEnergy energy = new PottsEnergy(width, height, Neighbourhood.EIGHT, labels);
        fill(energy, strength, random);
        return energy;
    }

    static void fill(PottsEnergy energy, double strength, Random random) {
        int pixels = energy.pixels();
        float[][] costs = new float[energy.labels()][pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            double sum = 0;
            for (float[] plane : costs) {
                double score = Math.exp(1.5 * random.nextGaussian());
                plane[pixel] = (float) score;
                sum += score;
            }
            for (float[] plane : costs) {
                plane[pixel] = (float) -Math.log(plane[pixel] / sum);
            }
        }
        for (int label = 0; label < costs.length; label++) {
            energy.setCosts(label, costs[label], 0);
        }
        float[] pairs = new float[pixels];
        for (int k = 0; k < energy.neighbourhood().directions(); k++) {
            for (int pixel = 0; pixel < pixels; pixel++) {
                pairs[pixel] = random.nextInt(5) == 0 ? 0 : random.nextFloat();
            }
            energy.setWeights(k, pairs, 0, strength);
        }
        energy.setSeeds(seeds(energy, random));
    }

    private static int[] seeds(PottsEnergy energy, Random random) {
        int[] seeds = new int[energy.pixels()];
        for (int pixel = 0; pixel < seeds.length; pixel++) {
            seeds[pixel] =
                    random.nextInt(15) == 0
                            ? random.nextInt(energy.labels())
                            : PottsEnergy.UNLABELLED;
        }
        return seeds;
    }

    /** Returns the best labelling. */
    static int[] best(PottsEnergy energy) {
        int[] labelling = new int[energy.pixels()];
        int[] best = labelling.clone();
        long least = Long.MAX_VALUE;
        boolean more = true;
        while (more) {
            long seen = energy.energy(labelling);
            if (seen < least) {
                least = seen;
                best = labelling.clone();
            }
            more = advance(labelling, energy.labels());
        }
        return best;
    }

    private static boolean advance(int[] labelling, int labels) {
        for (int pixel = 0; pixel < labelling.length; pixel++) {
            labelling[pixel]++;
            if (labelling[pixel] < labels) {
                return true;
            }
            labelling[pixel] = 0;
        }
        return false;
    }
}
