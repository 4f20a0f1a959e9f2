package io.github.gradkit.examples.learninit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.explain.Contrast;
import io.github.gradkit.learninit.explain.Explanation;
import io.github.gradkit.learninit.explain.Explanations;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the figures of searches for explanations mean. */
class ExplanationTrialTest {

    private static final double NONE = Double.POSITIVE_INFINITY;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    /** Two searches of two steps: a curve of six points for each image. */
    private Explanations explanations(double[]... curves) {
        List<Explanation> rows = new ArrayList<>();
        List<List<Double>> points = new ArrayList<>();
        for (int point = 0; point < 6; point++) {
            List<Double> values = new ArrayList<>();
            for (double[] curve : curves) {
                values.add(curve[point]);
            }
            points.add(values);
        }
        for (double[] curve : curves) {
            double value = curve[5];
            boolean found = value < NONE;
            rows.add(new Explanation(found, 0, 1, 2 * value, value, value, 1, 4, 20));
        }
        NDArray changes = manager.zeros(new Shape(curves.length, 1));
        return new Explanations(changes, rows, points, Cost.ZERO);
    }

    @Test
    void stepsAreCountedOverAllSearchesAndComparedWithZero() {
        Explanations zero =
                explanations(
                        new double[] {NONE, NONE, 3, 3, 2, 1},
                        new double[] {NONE, NONE, NONE, NONE, NONE, 10},
                        new double[] {NONE, NONE, NONE, NONE, NONE, NONE});
        Explanations mine =
                explanations(
                        // Near to 1 at the start of the second search, after two steps.
                        new double[] {NONE, NONE, 3, 1.04, 1.04, 1.04},
                        // Near to 10 at the start.
                        new double[] {10.4, 10.4, 10.4, 10.4, 8, 8},
                        new double[] {5, 5, 5, 5, 5, 5});
        ExplanationTrial trial = ExplanationTrial.of(mine, zero, 2);
        assertThat(trial.found()).isEqualTo(1);
        assertThat(trial.reached()).isEqualTo(1);
        assertThat(trial.iterations()).isEqualTo(1);
        assertThat(trial.ofZero()).isEqualTo(0.25);
        assertThat(trial.queries()).isEqualTo(5);
        assertThat(trial.allIterations()).isEqualTo(4);
        assertThat(trial.l1()).isCloseTo(2 * (1.04 + 8 + 5) / 3, within(1e-9));

        ExplanationTrial itself = ExplanationTrial.of(zero, zero, 2);
        assertThat(itself.found()).isCloseTo(2 / 3.0, within(1e-9));
        assertThat(itself.iterations()).isEqualTo(4);
        assertThat(itself.ofZero()).isEqualTo(1);
    }

    @Test
    void aValueThatIsNeverReachedTakesAllSteps() {
        Explanations zero = explanations(new double[] {NONE, 1, 1, 1, 1, 1});
        Explanations mine = explanations(new double[] {NONE, NONE, NONE, NONE, 3, 1.06});
        ExplanationTrial trial = ExplanationTrial.of(mine, zero, 2);
        assertThat(trial.reached()).isZero();
        assertThat(trial.iterations()).isEqualTo(4);
        assertThat(trial.ofZero()).isEqualTo(4);
    }

    @Test
    void whatWasNotFoundHasNoFigures() {
        double[] nothing = {NONE, NONE, NONE, NONE, NONE, NONE};
        ExplanationTrial trial =
                ExplanationTrial.of(explanations(nothing), explanations(nothing), 2);
        assertThat(trial.found()).isZero();
        ExplanationRow row =
                new ExplanationRow(
                        new ExplanationRow.Key(Contrast.POSITIVE, Access.BLACK_BOX, Way.LEARNED),
                        List.of(trial));
        assertThat(row.text(ExplanationTrial::l1, 2)).isEqualTo("none");
        assertThat(row.percent(ExplanationTrial::ofZero)).isEqualTo("none");
        assertThat(row.isSurelyTwiceAsFast()).isFalse();
        assertThat(row.key().group()).isEqualTo("Positives, black-box");
    }

    @Test
    void wordsSayWhereHalfOfTheStepsAreEnough() {
        ExplanationTable table = new ExplanationTable(1);
        Explanations zero = explanations(new double[] {NONE, NONE, NONE, NONE, NONE, 1});
        Explanations fast = explanations(new double[] {NONE, 1, 1, 1, 1, 1});
        Explanations slow = explanations(new double[] {NONE, NONE, NONE, NONE, 1, 1});
        for (int seed = 0; seed < 2; seed++) {
            ExplanationTrial quick = ExplanationTrial.of(fast, zero, 2);
            table.add(Contrast.NEGATIVE, Access.WHITE_BOX, Way.LEARNED, quick);
            ExplanationTrial late = ExplanationTrial.of(slow, zero, 2);
            table.add(Contrast.POSITIVE, Access.WHITE_BOX, Way.LEARNED, late);
        }
        assertThat(table.finding())
                .contains("beyond chance: Negatives, white-box. Not so: Positives, white-box.");
    }
}
