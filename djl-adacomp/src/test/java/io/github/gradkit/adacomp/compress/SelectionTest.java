package io.github.gradkit.adacomp.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectionTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 257})
    void findsWhatSortingFinds(int size) {
        Random random = new Random(size);
        for (int round = 0; round < 20; round++) {
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
                // Few different ones, so that there are ties.
                values[i] = round < 10 ? random.nextInt(5) : random.nextFloat();
            }
            float[] sorted = values.clone();
            Arrays.sort(sorted);
            for (int k = 1; k <= size; k++) {
                assertThat(Selection.kthLargest(values.clone(), k)).isEqualTo(sorted[size - k]);
            }
        }
    }

    @Test
    void takesValuesInAnyOrder() {
        assertThat(Selection.kthLargest(new float[] {1, 2, 3, 4, 5}, 2)).isEqualTo(4);
        assertThat(Selection.kthLargest(new float[] {5, 4, 3, 2, 1}, 2)).isEqualTo(4);
        assertThat(Selection.kthLargest(new float[] {7, 7, 7, 7}, 3)).isEqualTo(7);
    }
}
