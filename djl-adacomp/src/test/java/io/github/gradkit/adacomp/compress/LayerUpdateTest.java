package io.github.gradkit.adacomp.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerUpdateTest {

    @ParameterizedTest
    @CsvSource({"50,40", "500,200"})
    void fiveValuesABinHaveTheRateOfThePaper(int binLength, int rate) {
        int bins = 1000;
        int[] codes = new int[5 * bins];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = 2 * (i / 5 * binLength + i % 5 * 3);
        }
        int size = bins * binLength;
        TernaryUpdate update =
                new TernaryUpdate(size, binLength, Integer.MAX_VALUE, codes, new float[] {1});

        assertThat(32.0 * size / update.paperBits()).isEqualTo(rate);
    }

    @Test
    void refuseIndicesThatDoNotRise() {
        refuse("2 follows 2", () -> ternary(new int[] {4, 5}, 1));
        refuse("2 follows 3", () -> ternary(new int[] {6, 4}, 1));
        refuse("below 10", () -> ternary(new int[] {20}, 1));
        refuse("3 follows 4", () -> new SparseUpdate(9, new int[] {4, 3}, new float[2]));
        refuse("1 indices", () -> new SparseUpdate(9, new int[] {4}, new float[2]));
    }

    @Test
    void refuseScalesThatAreNoSizes() {
        refuse("NaN", () -> ternary(new int[] {4}, Float.NaN));
        refuse("-1.0", () -> ternary(new int[] {4}, -1));
        refuse("Infinity", () -> ternary(new int[] {4}, Float.POSITIVE_INFINITY));
        refuse("2 are given", () -> ternary(new int[] {4}, 1, 2));
        refuse("NaN", () -> new OneBitUpdate(3, new long[1], Float.NaN, 0));
    }

    @Test
    void refuseBitsBeyondTheValues() {
        refuse("beyond", () -> new OneBitUpdate(3, new long[] {8}, 1, 0));
        refuse("not 2", () -> new OneBitUpdate(3, new long[2], 1, 0));
    }

    private static TernaryUpdate ternary(int[] codes, float... scales) {
        return new TernaryUpdate(10, 5, 2, codes, scales);
    }

    private static void refuse(String text, Runnable making) {
        assertThatThrownBy(making::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }
}
