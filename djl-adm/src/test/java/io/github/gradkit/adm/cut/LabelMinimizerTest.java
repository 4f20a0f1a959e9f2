package io.github.gradkit.adm.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LabelMinimizerTest {

    static Stream<Arguments> minimizers() {
        return Stream.<Named<Supplier<LabelMinimizer>>>of(
                        Named.of("expansion", () -> AlphaExpansion.builder().build()),
                        Named.of("swap", () -> AlphaBetaSwap.builder().build()))
                .map(Arguments::of);
    }

    @Test
    void expansionKeepsItsBoundAndIsNearlyAlwaysExact() {
        AlphaExpansion expansion = AlphaExpansion.builder().build();
        int exact = 0;
        for (int seed = 0; seed < 100; seed++) {
            PottsEnergy energy = RandomEnergies.softmax(3, 3, 3, 1, new Random(seed));
            int[] best = RandomEnergies.best(energy);
            int[] labelling = new int[9];
            Minimum minimum = expansion.minimize(energy, labelling);
            assertThat(minimum.energy())
                    .isLessThanOrEqualTo(energy.costs(best) + 2 * energy.pairs(best));
            exact += minimum.energy() == energy.energy(best) ? 1 : 0;
        }
        assertThat(exact).isGreaterThan(90);
    }

    @Test
    void noSetOfPixelsWouldRatherTakeOneLabelAfterExpansion() {
        AlphaExpansion expansion = AlphaExpansion.builder().build();
        for (int seed = 0; seed < 40; seed++) {
            PottsEnergy energy = RandomEnergies.softmax(3, 3, 3, 2, new Random(seed));
            int[] labelling = new int[9];
            Minimum minimum = expansion.minimize(energy, labelling);
            assertThat(minimum.converged()).isTrue();
            for (int bits = 0; bits < 1 << 9; bits++) {
                for (int alpha = 0; alpha < 3; alpha++) {
                    int[] other = labelling.clone();
                    for (int pixel = 0; pixel < 9; pixel++) {
                        other[pixel] = (bits >> pixel & 1) == 1 ? alpha : other[pixel];
                    }
                    assertThat(energy.energy(other)).isGreaterThanOrEqualTo(minimum.energy());
                }
            }
        }
    }

    @Test
    void noSetOfPixelsWouldRatherChangeBetweenTwoLabelsAfterSwap() {
        AlphaBetaSwap swap = AlphaBetaSwap.builder().build();
        for (int seed = 0; seed < 40; seed++) {
            PottsEnergy energy = RandomEnergies.softmax(3, 3, 3, 2, new Random(seed));
            int[] labelling = new int[9];
            Minimum minimum = swap.minimize(energy, labelling);
            for (int bits = 0; bits < 1 << 9; bits++) {
                for (int spared = 0; spared < 3; spared++) {
                    int[] other = labelling.clone();
                    for (int pixel = 0; pixel < 9; pixel++) {
                        boolean changes = (bits >> pixel & 1) == 1 && other[pixel] != spared;
                        other[pixel] = changes ? 3 - spared - other[pixel] : other[pixel];
                    }
                    assertThat(energy.energy(other)).isGreaterThanOrEqualTo(minimum.energy());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("minimizers")
    void findsTheLeastEnergyOfTwoLabels(Supplier<LabelMinimizer> make) {
        LabelMinimizer minimizer = make.get();
        for (int seed = 0; seed < 60; seed++) {
            PottsEnergy energy = RandomEnergies.softmax(3, 3, 2, 2, new Random(seed));
            int[] labelling = new int[9];
            assertThat(minimizer.minimize(energy, labelling).energy())
                    .isEqualTo(energy.energy(RandomEnergies.best(energy)));
        }
    }

    @ParameterizedTest
    @MethodSource("minimizers")
    void lowersTheEnergyWithEveryMoveAndReportsItTruly(Supplier<LabelMinimizer> make) {
        LabelMinimizer minimizer = make.get();
        for (int seed = 0; seed < 10; seed++) {
            PottsEnergy energy = RandomEnergies.softmax(23, 17, 5, 1.5, new Random(seed));
            int[] labelling = new int[energy.pixels()];
            energy.cheapestLabels(labelling);
            long start = energy.energy(labelling);
            Minimum minimum = minimizer.improve(energy, labelling);
            assertThat(minimum.startEnergy()).isEqualTo(start);
            assertThat(minimum.energy()).isEqualTo(energy.energy(labelling)).isLessThan(start);
            assertThat(minimum.moves()).isNotEmpty();
            long before = start;
            for (Move move : minimum.moves()) {
                assertThat(move.energy()).isLessThan(before);
                assertThat(move.changed()).isPositive();
                assertThat(move.sweep()).isBetween(1, minimum.sweeps());
                before = move.energy();
            }
            assertThat(before).isEqualTo(minimum.energy());
        }
    }

    @ParameterizedTest
    @MethodSource("minimizers")
    void keepsFixedLabelsAndBarredOnesOut(Supplier<LabelMinimizer> make) {
        Random random = new Random(3);
        PottsEnergy energy = RandomEnergies.softmax(15, 15, 5, 300, random);
        int[] fixed = new int[225];
        Arrays.fill(fixed, PottsEnergy.UNLABELLED);
        for (int i = 0; i < 20; i++) {
            fixed[random.nextInt(225)] = random.nextBoolean() ? 1 : 4;
        }
        energy.setSeeds(fixed);
        energy.setAllowed(1, 2, 4);
        int[] labelling = new int[225];
        make.get().minimize(energy, labelling);
        for (int pixel = 0; pixel < 225; pixel++) {
            assertThat(labelling[pixel]).isIn(1, 2, 4);
            if (fixed[pixel] != PottsEnergy.UNLABELLED) {
                assertThat(labelling[pixel]).isEqualTo(fixed[pixel]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("minimizers")
    void leavesTheCheapestLabelsWithoutWeights(Supplier<LabelMinimizer> make) {
        PottsEnergy energy = RandomEnergies.softmax(12, 9, 4, 0, new Random(5));
        int[] cheapest = new int[108];
        energy.cheapestLabels(cheapest);
        int[] labelling = new int[108];
        Minimum minimum = make.get().minimize(energy, labelling);
        assertThat(labelling).isEqualTo(cheapest);
        assertThat(minimum.moves()).isEmpty();
        assertThat(minimum.sweeps()).isEqualTo(1);
        assertThat(minimum.converged()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("minimizers")
    void makesAConstantImageWhereWeightsOutdoAllCosts(Supplier<LabelMinimizer> make) {
        PottsEnergy energy = RandomEnergies.softmax(9, 8, 3, 0, new Random(6));
        float[] pairs = new float[72];
        Arrays.fill(pairs, 1);
        for (int k = 0; k < 4; k++) {
            energy.setWeights(k, pairs, 0, PottsEnergy.HIGHEST_WEIGHT);
        }
        int[] fixed = new int[72];
        Arrays.fill(fixed, PottsEnergy.UNLABELLED);
        fixed[40] = 2;
        energy.setSeeds(fixed);
        int[] labelling = new int[72];
        make.get().minimize(energy, labelling);
        assertThat(labelling).containsOnly(2);
    }

    @ParameterizedTest
    @MethodSource("minimizers")
    void givesTheSameAgainWithTheSameMemoryAndAnySolver(Supplier<LabelMinimizer> make) {
        LabelMinimizer used = make.get();
        LabelMinimizer plain =
                used instanceof AlphaExpansion
                        ? AlphaExpansion.builder().optSolver(BoykovKolmogorov::new).build()
                        : AlphaBetaSwap.builder().optSolver(BoykovKolmogorov::new).build();
        for (int seed = 0; seed < 8; seed++) {
            PottsEnergy energy =
                    RandomEnergies.softmax(8 + 3 * (seed % 3), 14, 4, 2, new Random(seed));
            int[] first = new int[energy.pixels()];
            int[] second = new int[energy.pixels()];
            Minimum minimum = used.minimize(energy, first);
            assertThat(used.minimize(energy, second)).isEqualTo(minimum);
            assertThat(second).isEqualTo(first);
            assertThat(plain.minimize(energy, second)).isEqualTo(minimum);
            assertThat(second).isEqualTo(first);
        }
    }

    @ParameterizedTest
    @MethodSource("minimizers")
    void exchangesTheResultsOfTwoExchangedLabels(Supplier<LabelMinimizer> make) {
        for (int seed = 0; seed < 10; seed++) {
            PottsEnergy energy = RandomEnergies.softmax(12, 12, 2, 1, new Random(seed));
            PottsEnergy exchanged = RandomEnergies.softmax(12, 12, 2, 1, new Random(seed));
            rename(energy, exchanged, new int[] {1, 0});
            assertRenamed(make.get(), energy, exchanged, new int[] {1, 0});
        }
    }

    @ParameterizedTest
    @MethodSource("minimizers")
    void isNotMovedByBarredLabelsBetweenTheOthers(Supplier<LabelMinimizer> make) {
        int[] renamed = {1, 2, 4, 5};
        for (int seed = 0; seed < 10; seed++) {
            PottsEnergy energy = RandomEnergies.softmax(12, 12, 4, 1, new Random(seed));
            PottsEnergy more = new PottsEnergy(12, 12, Neighbourhood.EIGHT, 7);
            more.setAllowed(renamed);
            rename(energy, more, renamed);
            assertRenamed(make.get(), energy, more, renamed);
        }
    }

    private static void rename(PottsEnergy from, PottsEnergy to, int[] renamed) {
        for (int label = 0; label < from.labels(); label++) {
            System.arraycopy(from.unaries[label], 0, to.unaries[renamed[label]], 0, from.pixels());
        }
        for (int k = 0; k < from.weights.length; k++) {
            System.arraycopy(from.weights[k], 0, to.weights[k], 0, from.pixels());
        }
        to.setSeeds(Arrays.stream(from.seeds).map(label -> renamed(label, renamed)).toArray());
    }

    private static int renamed(int label, int[] renamed) {
        return label == PottsEnergy.UNLABELLED ? label : renamed[label];
    }

    private static void assertRenamed(
            LabelMinimizer minimizer, PottsEnergy energy, PottsEnergy other, int[] renamed) {
        int[] labelling = new int[energy.pixels()];
        int[] otherLabelling = new int[energy.pixels()];
        long least = minimizer.minimize(energy, labelling).energy();
        assertThat(minimizer.minimize(other, otherLabelling).energy()).isEqualTo(least);
        int[] expected = Arrays.stream(labelling).map(label -> renamed[label]).toArray();
        assertThat(otherLabelling).isEqualTo(expected);
    }

    @Test
    void startsFromGivenLabelsWithFixedOnesPutIn() {
        PottsEnergy energy = RandomEnergies.softmax(6, 6, 3, 0, new Random(8));
        int[] fixed = new int[36];
        Arrays.fill(fixed, PottsEnergy.UNLABELLED);
        fixed[3] = 2;
        energy.setSeeds(fixed);
        int[] labelling = new int[36];
        int[] start = new int[36];
        start[3] = 2;
        Minimum minimum = AlphaExpansion.builder().build().improve(energy, labelling);
        assertThat(minimum.startEnergy()).isEqualTo(energy.energy(start));
        int[] cheapest = new int[36];
        energy.cheapestLabels(cheapest);
        assertThat(labelling).isEqualTo(cheapest);
    }

    @Test
    void stopsAfterTheMostSweeps() {
        PottsEnergy energy = RandomEnergies.softmax(20, 20, 5, 1, new Random(9));
        Minimum minimum =
                AlphaExpansion.builder().optMaxSweeps(1).build().improve(energy, new int[400]);
        assertThat(minimum.sweeps()).isEqualTo(1);
        assertThat(minimum.converged()).isFalse();
    }

    @Test
    void oneAllowedLabelIsTheOnlyLabelling() {
        PottsEnergy energy = new PottsEnergy(4, 4, Neighbourhood.FOUR, 3);
        energy.setAllowed(1);
        for (LabelMinimizer minimizer :
                List.of(AlphaExpansion.builder().build(), AlphaBetaSwap.builder().build())) {
            int[] labelling = new int[16];
            assertThat(minimizer.minimize(energy, labelling).converged()).isTrue();
            assertThat(labelling).containsOnly(1);
        }
    }

    @ParameterizedTest
    @MethodSource("minimizers")
    void refusesStartsThatAreNoLabelling(Supplier<LabelMinimizer> make) {
        PottsEnergy energy = new PottsEnergy(3, 3, Neighbourhood.FOUR, 3);
        energy.setAllowed(1, 2);
        assertThatThrownBy(() -> make.get().improve(energy, new int[9]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("barred");
        assertThatThrownBy(() -> make.get().improve(energy, new int[8]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("8 entries");
        int[] wrong = {1, 1, 1, 1, 3, 1, 1, 1, 1};
        assertThatThrownBy(() -> make.get().improve(energy, wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no label 3");
        assertThatThrownBy(() -> AlphaExpansion.builder().optMaxSweeps(0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
