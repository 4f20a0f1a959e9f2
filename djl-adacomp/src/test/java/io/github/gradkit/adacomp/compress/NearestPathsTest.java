package io.github.gradkit.adacomp.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestPathsTest {

    @ParameterizedTest
    @CsvSource({"'','',0", "kitten,sitting,3", "'',abc,3", "abc,'',3", "AbC,aBc,0", "ab,ba,2"})
    void distanceCountsChangedLetters(String from, String to, int expected) {
        assertThat(NearestPaths.distance(from, to)).isEqualTo(expected);
    }

    @Test
    void distanceIsADistance() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            String a = any(random);
            String b = any(random);
            String c = any(random);
            int ab = NearestPaths.distance(a, b);
            assertThat(ab).isEqualTo(NearestPaths.distance(b, a)).isEqualTo(slow(a, b));
            assertThat(ab == 0).isEqualTo(a.equals(b));
            assertThat(NearestPaths.distance(a, c))
                    .isLessThanOrEqualTo(ab + NearestPaths.distance(b, c));
        }
    }

    private static String any(Random random) {
        StringBuilder text = new StringBuilder();
        random.ints(random.nextInt(6), 'a', 'd').forEach(letter -> text.append((char) letter));
        return text.toString();
    }

    private static int slow(String a, String b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.length() + b.length();
        }
        String restOfA = a.substring(1);
        String restOfB = b.substring(1);
        return a.charAt(0) == b.charAt(0)
                ? slow(restOfA, restOfB)
                : 1
                        + Math.min(
                                slow(restOfA, restOfB),
                                Math.min(slow(restOfA, b), slow(a, restOfB)));
    }

    @Test
    void namesTheNearestFirst() {
        assertThat(
                        NearestPaths.describe(
                                "02linear_weigth",
                                List.of(
                                        "01Conv2d_weight",
                                        "02Linear_bias",
                                        "02Linear_weight",
                                        "03Linear_weight")))
                .isEqualTo(
                        "The nearest of the 4 paths are '02Linear_weight', '03Linear_weight',"
                                + " '02Linear_bias'.");
        assertThat(NearestPaths.describe("b", List.of("c", "a")))
                .isEqualTo("The paths are 'c', 'a'.");
        assertThat(NearestPaths.describe("b", List.of())).contains("no such layer");
    }
}
