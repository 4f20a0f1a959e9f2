package io.github.gradkit.adm.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PottsEnergyTest {

    @Test
    void addsCostsAndWeightsOfPairsWithDifferentLabels() {
        PottsEnergy energy = new PottsEnergy(2, 2, Neighbourhood.EIGHT, 2);
        energy.setCosts(0, new float[] {9, 1, 2, 3, 4}, 1);
        energy.setCosts(1, new float[] {0.5f, 0, 0, 0.0004f}, 0);
        energy.setWeights(0, new float[] {1, 99, 10, 99}, 0, 2);
        energy.setWeights(2, new float[] {0.1f, 99, 99, 99}, 0, 1);
        energy.setWeights(3, new float[] {99, 7, 99, 99}, 0, 1);
        int[] labelling = {0, 1, 1, 1};
        assertThat(energy.costs(labelling)).isEqualTo(1000);
        assertThat(energy.pairs(labelling)).isEqualTo(2100);
        assertThat(energy.energy(labelling)).isEqualTo(3100);
    }

    @Test
    void roundsEachTermByHalfAUnitAtMost() {
        int width = 13;
        int height = 11;
        Random random = new Random(4);
        PottsEnergy energy = new PottsEnergy(width, height, Neighbourhood.EIGHT, 3);
        int[] labelling = random.ints(width * height, 0, 3).toArray();
        double exact = 0;
        int terms = width * height;
        for (int label = 0; label < 3; label++) {
            float[] costs = floats(random, width * height, 10);
            energy.setCosts(label, costs, 0);
            for (int pixel = 0; pixel < costs.length; pixel++) {
                exact += labelling[pixel] == label ? costs[pixel] : 0;
            }
        }
        for (int k = 0; k < 4; k++) {
            float[] weights = floats(random, width * height, 2);
            energy.setWeights(k, weights, 0, 0.37);
            for (int pixel = 0; pixel < weights.length; pixel++) {
                if (!Neighbourhood.EIGHT.leadsInside(
                        k, pixel % width, pixel / width, width, height)) {
                    continue;
                }
                int other = pixel + Neighbourhood.EIGHT.dy(k) * width + Neighbourhood.EIGHT.dx(k);
                terms++;
                exact += labelling[pixel] == labelling[other] ? 0 : 0.37 * weights[pixel];
            }
        }
        assertThat(Math.abs(energy.energy(labelling) - exact * PottsEnergy.SCALE))
                .isLessThanOrEqualTo(terms * 0.5);
    }

    private static float[] floats(Random random, int length, float bound) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = bound * random.nextFloat();
        }
        return values;
    }

    @Test
    void capsCostsButNotRules() {
        PottsEnergy energy = new PottsEnergy(1, 2, Neighbourhood.FOUR, 2);
        energy.setCosts(1, new float[] {Float.POSITIVE_INFINITY, 15.9994f}, 0);
        assertThat(energy.costs(new int[] {1, 1})).isEqualTo(16_000 + 15_999);
        energy.setSeeds(new int[] {0, PottsEnergy.UNLABELLED});
        assertThat(energy.costs(new int[] {1, 1})).isEqualTo(16_000 + 15_999 + PottsEnergy.HARD);
        energy.setAllowed(0);
        assertThat(energy.costs(new int[] {0, 1})).isEqualTo(15_999 + PottsEnergy.HARD);
    }

    /** The largest numbers that the checks let through, in an image of common size. */
    @Test
    void overflowsNowhere() {
        int size = 256;
        int labels = 21;
        PottsEnergy energy = new PottsEnergy(size, size, Neighbourhood.EIGHT, labels);
        float[] costs = new float[size * size];
        Arrays.fill(costs, Float.POSITIVE_INFINITY);
        for (int label = 1; label < labels; label++) {
            energy.setCosts(label, costs, 0);
        }
        Arrays.fill(costs, 1);
        for (int k = 0; k < 4; k++) {
            energy.setWeights(k, costs, 0, PottsEnergy.HIGHEST_WEIGHT);
        }
        int[] fixed = new int[size * size];
        for (int pixel = 0; pixel < fixed.length; pixel++) {
            fixed[pixel] = (pixel % size + pixel / size) % 2 == 0 ? 20 : PottsEnergy.UNLABELLED;
        }
        energy.setSeeds(fixed);
        int[] labelling = new int[size * size];
        Minimum minimum = AlphaExpansion.builder().build().minimize(energy, labelling);
        assertThat(labelling).containsOnly(20);
        assertThat(minimum.energy()).isEqualTo(16_000L * size * size);
        assertThat(energy.energy(new int[size * size]))
                .isEqualTo((long) PottsEnergy.HARD * size * size / 2);
    }

    @Test
    void holdsNothingAfterClear() {
        PottsEnergy energy = RandomEnergies.softmax(5, 5, 3, 1, new Random(2));
        energy.setSeeds(new int[25]);
        energy.setAllowed(0);
        energy.clear();
        assertThat(energy.energy(new Random(3).ints(25, 0, 3).toArray())).isZero();
    }

    @Test
    void refusesCostsAndWeightsThatAreNone() {
        PottsEnergy energy = new PottsEnergy(2, 1, Neighbourhood.FOUR, 2);
        assertThatThrownBy(() -> energy.setCosts(1, new float[] {0, Float.NaN}, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NaN at pixel 1");
        assertThatThrownBy(() -> energy.setCosts(1, new float[] {-0.1f, 0}, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-0.1 at pixel 0");
        for (float wrong : new float[] {Float.NaN, -1, 2001, Float.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> energy.setWeights(0, new float[] {wrong, 0}, 0, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("weights go from 0");
        }
    }

    @Test
    void refusesSizesThatDoNotFit() {
        PottsEnergy energy = new PottsEnergy(3, 2, Neighbourhood.FOUR, 2);
        assertThatThrownBy(() -> energy.setCosts(0, new float[7], 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("costs has 7 entries");
        assertThatThrownBy(() -> energy.setCosts(0, new float[6], -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> energy.setWeights(1, new float[5], 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> energy.setWeights(2, new float[6], 0, 1))
                .hasMessageContaining("no direction 2");
        assertThatThrownBy(() -> energy.setCosts(2, new float[6], 0))
                .hasMessageContaining("no label 2");
        assertThatThrownBy(() -> energy.energy(new int[5])).hasMessageContaining("5 entries");
        assertThatThrownBy(() -> energy.cheapestLabels(new int[7]))
                .hasMessageContaining("7 entries");
        assertThatThrownBy(() -> new PottsEnergy(3, 0, Neighbourhood.FOUR, 2))
                .hasMessageContaining("3 x 0");
        assertThatThrownBy(() -> new PottsEnergy(3, 3, Neighbourhood.FOUR, 1))
                .hasMessageContaining("not 1");
        assertThatThrownBy(() -> new PottsEnergy(3, 3, Neighbourhood.FOUR, 256))
                .hasMessageContaining("not 256");
    }

    @Test
    void refusesFixedLabelsThatAreBarred() {
        PottsEnergy energy = new PottsEnergy(2, 1, Neighbourhood.FOUR, 3);
        energy.setAllowed(0, 2);
        assertThatThrownBy(() -> energy.setSeeds(new int[] {0, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Pixel 1 is fixed at label 1");
        assertThatThrownBy(() -> energy.setSeeds(new int[] {0, -1}))
                .hasMessageContaining("no label -1");
        assertThatThrownBy(() -> energy.setSeeds(new int[] {0})).hasMessageContaining("1 entries");
        energy.setSeeds(new int[] {2, PottsEnergy.UNLABELLED});
        assertThatThrownBy(() -> energy.setAllowed(0, 1)).hasMessageContaining("label 2");
        assertThatThrownBy(() -> energy.setAllowed()).hasMessageContaining("No label");
        assertThatThrownBy(() -> energy.setAllowed(5)).hasMessageContaining("no label 5");
        int[] labelling = new int[2];
        energy.cheapestLabels(labelling);
        assertThat(labelling).as("refused calls change nothing").containsExactly(2, 0);
        assertThat(energy.energy(new int[] {2, 2})).isZero();
    }
}
