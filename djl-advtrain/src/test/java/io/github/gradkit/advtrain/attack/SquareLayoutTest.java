package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import io.github.gradkit.advtrain.attack.SquareLayout.Window;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Windows and the bumps in them. */
class SquareLayoutTest {

    private final RandomGenerator random = SampleRandom.of(1, 2, 3);

    @Test
    void takesFourAxesForImagesAndEverythingElseForARow() {
        assertThat(SquareLayout.of(new Shape(7, 3, 8, 9), false))
                .isEqualTo(new SquareLayout(3, 8, 9));
        assertThat(SquareLayout.of(new Shape(7, 3, 8, 9), true))
                .isEqualTo(new SquareLayout(1, 1, 216));
        assertThat(SquareLayout.of(new Shape(7, 11), false)).isEqualTo(new SquareLayout(1, 1, 11));
        assertThat(SquareLayout.of(new Shape(7, 5, 4), false))
                .isEqualTo(new SquareLayout(1, 1, 20));
    }

    @ParameterizedTest
    @CsvSource({
        "28, 28, 0.8, 1, 25, 25",
        "28, 28, 0.0015625, 1, 1, 1",
        "28, 28, 0.0015625, 3, 3, 3",
        "4, 100, 0.5, 1, 4, 50",
        "100, 4, 0.5, 1, 50, 4",
        "1, 40, 0.5, 1, 1, 20",
        "1, 40, 0.0001, 1, 1, 1",
        "1, 1, 0.8, 1, 1, 1",
        "2, 2, 0.8, 3, 2, 2",
        "1, 2, 1, 3, 1, 2",
        "5, 5, 1, 1, 5, 5"
    })
    void windowsCoverTheirShareOrTheImage(
            int height, int width, double share, int least, int rows, int columns) {
        Window window = new SquareLayout(3, height, width).window(share, least, random);
        assertThat(window.height()).isEqualTo(rows);
        assertThat(window.width()).isEqualTo(columns);
    }

    @Test
    void windowsReachEveryPlaceAndStayInside() {
        SquareLayout layout = new SquareLayout(1, 4, 3);
        Set<Window> seen = new HashSet<>();
        for (int draw = 0; draw < 1000; draw++) {
            seen.add(layout.window(0.34, 1, random));
        }
        assertThat(seen)
                .hasSize(6)
                .allMatch(w -> w.top() + 2 <= 4 && w.left() + 2 <= 3 && w.top() >= 0);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 2", "2, 1", "3, 3", "1, 9", "6, 4", "25, 25"})
    void bumpsFillTheirWindowWithTwoSignsAndNormOne(int height, int width) {
        for (boolean sideBySide : new boolean[] {false, true}) {
            double[] bumps = SquareBumps.of(new Window(0, 0, height, width), sideBySide);
            double squares = Arrays.stream(bumps).map(b -> b * b).sum();
            assertThat(bumps).hasSize(height * width).doesNotContain(0.0);
            assertThat(squares).isCloseTo(1, within(1e-12));
            assertThat(Arrays.stream(bumps).map(Math::signum).distinct().count())
                    .isEqualTo(bumps.length == 1 ? 1 : 2);
        }
    }
}
