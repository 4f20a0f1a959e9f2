package io.github.gradkit.examples.adm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.gradkit.adm.data.ScribbledImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {

    private final List<Trial> trials = new ArrayList<>();

    /** Adds a method with an energy and a score for each of three seeds. */
    private FindingsTest add(Method method, double lambda, double energy, double... scores) {
        for (int seed = 0; seed < scores.length; seed++) {
            // Seeds differ, but all methods in the same way.
            Assessment train = new Assessment(energy + 0.01 * seed, 2 * energy, scores[seed]);
            trials.add(
                    new Trial(
                            method,
                            lambda,
                            seed,
                            train,
                            scores[seed],
                            scores[seed],
                            1,
                            List.of(new Trial.Point(0, train)),
                            List.of()));
        }
        return this;
    }

    private FindingsTest addOthers(double... scores) {
        add(Method.PCE, 0, 0.09, Arrays.stream(scores).map(s -> s - 0.2).toArray());
        add(Method.FULL, 0, 0.02, Arrays.stream(scores).map(s -> s + 0.2).toArray());
        add(Method.GD_QUADRATIC, 3, 0.06, scores);
        add(Method.ADM_RESTRICTED, 1, 0.03, scores);
        return add(Method.ADM_ROBUST, 1, 0.03, scores);
    }

    private String findings(double maskEnergy) {
        int[] labels = {0, 1, 2, 3};
        ScribbledImage image =
                ScribbledImage.of("one", 1, 2, 2, new float[4], labels).withMask(labels);
        SegmentationData data =
                new SegmentationData(List.of(image), List.of(image), List.of(image), 4);
        int seeds = (int) trials.stream().filter(t -> t.method() == Method.PCE).count();
        Settings settings =
                new Settings(0, seeds, List.of(1.0, 3.0), 1, 1, Settings.Cuts.USUAL, 0, 1);
        return String.join(
                "\n",
                Findings.of(
                        new Result(
                                settings, "test", List.of(data), maskEnergy, trials, List.of())));
    }

    @Test
    void theyTellWhichMethodIsLowerAndWhere() {
        double[] scores = {0.5, 0.6, 0.7};
        add(Method.GD_GRID, 1, 0.05, scores).add(Method.GD_GRID, 3, 0.05, scores);
        add(Method.GD_TV, 1, 0.03, scores).add(Method.GD_TV, 3, 0.02, scores);
        add(Method.ADM, 1, 0.04, 0.5, 0.6, 0.71).add(Method.ADM, 3, 0.025, 0.4, 0.5, 0.6);
        addOthers(scores);
        String text = findings(0.0305);
        assertThat(text)
                .contains("adm against gd-grid: -16.7 % at 1, -41.7 % at 3. So adm is lower at")
                .contains("lower at every lambda, beyond chance. Gradient descent")
                .contains("adm against gd-tv: +25.0 % at 1, +16.7 % at 3. So adm is higher at")
                .contains("goes from 0.0600 to 0.0600 as lambda grows, adm from 0.0500 to 0.0350.");
        // The best weight is the one with the best score, not with the least energy.
        assertThat(text)
                .contains("adm has 60.3 ± 26.1 %, +0.3 ± 1.4 points against gd-grid (within the")
                .contains("Full masks give 80.0 %, scribbles alone 40.0 %. Of that gap adm closes")
                .contains("adm closes 51 %.")
                .contains("The true masks have a grid energy of 0.0305; full went below it");
    }

    @Test
    void aSingleSeedTellsNoNoise() {
        add(Method.GD_GRID, 1, 0.05, 0.5).add(Method.GD_GRID, 3, 0.03, 0.6);
        add(Method.GD_TV, 1, 0.05, 0.5).add(Method.GD_TV, 3, 0.05, 0.5);
        add(Method.ADM, 1, 0.04, 0.5).add(Method.ADM, 3, 0.04, 0.7);
        addOthers(0.5);
        assertThat(findings(Double.NaN))
                .contains("-20.0 % at 1, +33.3 % at 3. So adm is lower at 1 and higher at 3. ")
                .contains("adm has 70.0 %, +10.0 points against gd-grid, +20.0 points")
                .contains("The highest lambda tried is the best of gd-grid, adm: a higher one")
                .contains("One seed can't tell a difference from chance.")
                .doesNotContain("true masks", "noise", "NaN");
    }
}
