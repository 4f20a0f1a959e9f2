package io.github.gradkit.adm.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ParallelCutsTest {

    private static final int IMAGES = 12;

    private static ParallelCuts cuts(int threads) {
        return new ParallelCuts(
                threads,
                () -> AlphaExpansion.builder().build(),
                () -> new PottsEnergy(20, 15, Neighbourhood.EIGHT, 4));
    }

    private static void fill(int image, PottsEnergy energy) {
        RandomEnergies.fill(energy, 1 + image % 3, new Random(image));
    }

    @Test
    void labelsAreTheSameOnAnyNumberOfThreads() {
        int[][] one = new int[IMAGES][300];
        int[][] two = new int[IMAGES][300];
        int[][] five = new int[IMAGES][300];
        List<Minimum> minima = label(1, one);
        assertThat(label(2, two)).isEqualTo(minima);
        assertThat(label(5, five)).isEqualTo(minima);
        assertThat(two).isDeepEqualTo(one);
        assertThat(five).isDeepEqualTo(one);
        AlphaExpansion alone = AlphaExpansion.builder().build();
        for (int image = 0; image < IMAGES; image++) {
            PottsEnergy energy = new PottsEnergy(20, 15, Neighbourhood.EIGHT, 4);
            fill(image, energy);
            int[] labelling = new int[300];
            assertThat(alone.minimize(energy, labelling)).isEqualTo(minima.get(image));
            assertThat(labelling).isEqualTo(one[image]);
        }
    }

    private static List<Minimum> label(int threads, int[][] labellings) {
        try (ParallelCuts cuts = cuts(threads)) {
            return cuts.label(ParallelCutsTest::fill, labellings, ParallelCuts.Start.CHEAPEST);
        }
    }

    @Test
    void oneBuilderMakesMinimizersThatShareNothing() {
        Set<MinCutSolver> made = Collections.newSetFromMap(new IdentityHashMap<>());
        AlphaExpansion.Builder builder =
                AlphaExpansion.builder()
                        .optSolver(
                                () -> {
                                    MinCutSolver solver = new PushRelabel();
                                    made.add(solver);
                                    return solver;
                                });
        int[][] expected = new int[IMAGES][300];
        int[][] labellings = new int[IMAGES][300];
        label(1, expected);

        try (ParallelCuts cuts =
                new ParallelCuts(
                        4, builder::build, () -> new PottsEnergy(20, 15, Neighbourhood.EIGHT, 4))) {
            cuts.label(ParallelCutsTest::fill, labellings, ParallelCuts.Start.CHEAPEST);
        }

        assertThat(made).hasSize(4);
        assertThat(labellings).isDeepEqualTo(expected);
    }

    @Test
    void goesOnFromGivenLabels() {
        int[][] labellings = new int[IMAGES][300];
        try (ParallelCuts cuts = cuts(2)) {
            List<Minimum> first =
                    cuts.label(ParallelCutsTest::fill, labellings, ParallelCuts.Start.CHEAPEST);
            List<Minimum> second =
                    cuts.label(ParallelCutsTest::fill, labellings, ParallelCuts.Start.GIVEN);
            for (int image = 0; image < IMAGES; image++) {
                assertThat(second.get(image).startEnergy()).isEqualTo(first.get(image).energy());
                assertThat(second.get(image).moves()).isEmpty();
            }
        }
    }

    @Test
    void clearsTheEnergyForEachImage() {
        try (ParallelCuts cuts = cuts(1)) {
            int[][] labellings = new int[2][300];
            cuts.label(
                    (image, energy) -> {
                        if (image == 0) {
                            fill(0, energy);
                            energy.setSeeds(new Random(1).ints(300, 0, 4).toArray());
                        }
                    },
                    labellings,
                    ParallelCuts.Start.CHEAPEST);
            assertThat(labellings[0]).contains(0, 1, 2, 3);
            assertThat(labellings[1]).containsOnly(0);
        }
    }

    @Test
    void throwsTheFillersErrorAndServesOn() {
        try (ParallelCuts cuts = cuts(2)) {
            int[][] labellings = new int[IMAGES][300];
            assertThatThrownBy(
                            () ->
                                    cuts.label(
                                            (image, energy) -> {
                                                if (image == 5) {
                                                    throw new IllegalArgumentException("no image");
                                                }
                                            },
                                            labellings,
                                            ParallelCuts.Start.CHEAPEST))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no image");
            int[][] wrong = {new int[300], new int[299]};
            assertThatThrownBy(
                            () ->
                                    cuts.label(
                                            ParallelCutsTest::fill,
                                            wrong,
                                            ParallelCuts.Start.CHEAPEST))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(cuts.label(ParallelCutsTest::fill, labellings, ParallelCuts.Start.CHEAPEST))
                    .hasSize(IMAGES);
        }
    }

    @Test
    void refusesToLabelOnceClosed() {
        ParallelCuts cuts = cuts(2);
        cuts.close();

        assertThatThrownBy(
                        () ->
                                cuts.label(
                                        ParallelCutsTest::fill,
                                        new int[1][300],
                                        ParallelCuts.Start.CHEAPEST))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void refusesToWorkOnNoThread() {
        assertThatThrownBy(() -> cuts(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
