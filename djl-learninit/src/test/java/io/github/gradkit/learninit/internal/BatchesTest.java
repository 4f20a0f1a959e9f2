package io.github.gradkit.learninit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchesTest {

    private static List<Integer> sizes(int size, int rows) {
        List<Integer> sizes = new ArrayList<>();
        for (int from = 0; from < rows; from = Batches.end(from, size, rows)) {
            sizes.add(Batches.end(from, size, rows) - from);
        }
        assertThat(Batches.count(size, rows)).isEqualTo(sizes.size());
        return sizes;
    }

    @Test
    void aSingleRowJoinsTheBatchBefore() {
        assertThat(sizes(64, 128)).containsExactly(64, 64);
        assertThat(sizes(64, 129)).containsExactly(64, 65);
        assertThat(sizes(64, 130)).containsExactly(64, 64, 2);
        assertThat(sizes(2, 5)).containsExactly(2, 3);
    }

    @Test
    void singleRowsStayWhereNothingElseIsWanted() {
        assertThat(sizes(1, 3)).containsExactly(1, 1, 1);
        assertThat(sizes(64, 1)).containsExactly(1);
        assertThat(sizes(Integer.MAX_VALUE, 5)).containsExactly(5);
    }
}
