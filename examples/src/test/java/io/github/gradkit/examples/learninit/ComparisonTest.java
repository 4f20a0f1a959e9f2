package io.github.gradkit.examples.learninit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.gradkit.examples.data.DataSetName;
import io.github.gradkit.examples.data.ImageSet;
import io.github.gradkit.examples.evaluation.Measured;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the figures of a comparison mean. */
class ComparisonTest {

    private static Trial trial(double... values) {
        List<Trial.Point> curve = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            curve.add(new Trial.Point(i, values[i]));
        }
        return new Trial(curve, 1, 0);
    }

    private static Outcome outcome(ProblemKind kind, double[] uniform, double[]... learned) {
        Board board = new Board();
        for (double[] values : learned) {
            board.add("uniform", Role.BASELINE, trial(uniform));
            board.add("zero", Role.BASELINE, trial(100, 60, 50));
            board.add("learned", Role.LEARNED, trial(values));
        }
        return board.outcome(kind);
    }

    @Test
    void lowIsGoodOfAFunctionToMinimise() {
        Outcome outcome =
                outcome(
                        ProblemKind.TOY,
                        new double[] {100, 90, 80},
                        new double[] {50.4, 40, 40},
                        new double[] {70, 45, 42});
        assertThat(outcome.bestBaseline().name()).isEqualTo("zero");
        StartOutcome learned = outcome.bestLearned();
        assertThat(outcome.gain(learned, outcome.random()).mean()).isEqualTo(39);
        // Within one per cent of 50: at once, and after a step.
        assertThat(outcome.steps(learned).mean()).isEqualTo(0.5);
        assertThat(outcome.steps(outcome.bestBaseline()).mean()).isEqualTo(2);
        assertThat(outcome.stepsSaved(learned).mean()).isEqualTo(1.5);
        assertThat(outcome.steps(outcome.random()).mean()).isInfinite();
        assertThat(outcome.stepsText(outcome.random())).isEqualTo("never");
    }

    @Test
    void highIsGoodOfALossToRaise() {
        Outcome outcome =
                outcome(
                        ProblemKind.POWER,
                        new double[] {100, 110, 120},
                        new double[] {110, 118, 119});
        assertThat(outcome.bestBaseline().name()).isEqualTo("uniform");
        StartOutcome learned = outcome.bestLearned();
        assertThat(outcome.gain(learned, outcome.random()).mean()).isEqualTo(-1);
        assertThat(outcome.steps(learned).mean()).isEqualTo(2);
        assertThat(outcome.stepsSaved(learned).mean()).isZero();
    }

    @Test
    void wordsSayWhenABaselineIsAsGood() {
        double[] uniform = {100, 90, 80};
        assertThat(words(uniform, new double[] {60, 51, 49}, new double[] {60, 51, 51}))
                .contains("zero is as good as learning here");
        assertThat(words(uniform, new double[] {60, 51, 40}, new double[] {60, 51, 40.1}))
                .contains("learning gains 9.95")
                .doesNotContain("as good");
        assertThat(words(uniform, new double[] {60, 61, 60}, new double[] {60, 61, 60.1}))
                .contains("learning loses 10.05")
                .contains("no learned start has enough steps");
        assertThat(words(uniform, new double[] {60, 51, 40})).contains("One seed can't tell");
    }

    private static String words(double[] uniform, double[]... learned) {
        return String.join(" ", Findings.of(outcome(ProblemKind.TOY, uniform, learned)));
    }

    @Test
    void intervalsAreThoseOfStudent() {
        Measured measured = Measured.of(List.of(1.0, 2.0, 3.0, 4.0, 5.0));
        assertThat(measured.mean()).isEqualTo(3);
        // 2.776 sqrt(2.5 / 5)
        assertThat(measured.half()).isCloseTo(1.9629, within(1e-4));
        assertThat(measured.isSurelyPositive()).isTrue();
        assertThat(measured.isSurelyNegative()).isFalse();
        assertThat(Measured.of(List.of(1.0)).half()).isNaN();
        assertThat(Measured.of(List.of(1.0)).isSurelyPositive()).isFalse();
    }

    @Test
    void variationsStayImagesNearTheirOriginals() throws Exception {
        ImageSet images = DataSetName.DIGITS.load(null, 1).limit(10, 1).train();
        float[] pixels = images.features().array();
        float[] all = new Variations(images.format(), 1e-6, 3).of(pixels, 4);
        assertThat(all).hasSize(5 * pixels.length).startsWith(pixels);
        int size = images.format().size();
        int width = images.format().width();
        for (int i = pixels.length / size; i < all.length / size; i++) {
            boolean found = false;
            for (int down = -1; down <= 1; down++) {
                for (int right = -1; right <= 1; right++) {
                    found |=
                            isMoved(
                                    all,
                                    i * size,
                                    pixels,
                                    i * size % pixels.length,
                                    size,
                                    width,
                                    down,
                                    right);
                }
            }
            assertThat(found).as("copy %d", i).isTrue();
        }
    }

    private static boolean isMoved(
            float[] all,
            int to,
            float[] pixels,
            int from,
            int size,
            int width,
            int down,
            int right) {
        for (int row = 0; row < size / width; row++) {
            for (int column = 0; column < width; column++) {
                int r = row - down;
                int c = column - right;
                boolean inside = r >= 0 && r < size / width && c >= 0 && c < width;
                float expected = inside ? pixels[from + r * width + c] : 0;
                if (Math.abs(all[to + row * width + column] - expected) > 1e-5) {
                    return false;
                }
            }
        }
        return true;
    }
}
