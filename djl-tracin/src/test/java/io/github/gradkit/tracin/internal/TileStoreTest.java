package io.github.gradkit.tracin.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TileStoreTest {

    private static final TileStore.Layout LAYOUT = new TileStore.Layout(5, 11, 4);

    @Test
    void lastTileIsRagged() {
        assertThat(LAYOUT.tiles()).isEqualTo(3);
        assertThat(LAYOUT.width(1)).isEqualTo(4);
        assertThat(LAYOUT.width(2)).isEqualTo(3);
    }

    @Test
    void matrixBeyondTheHeapGoesToDisk() {
        try (TileStore small = TileStore.create(LAYOUT, 5 * 11 * 4);
                TileStore large = TileStore.create(LAYOUT, 5 * 11 * 4 - 1)) {
            assertThat(small).isInstanceOf(TileStore.OnHeap.class);
            assertThat(large).isInstanceOf(TileStore.OnDisk.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE})
    void addsUpPartsOfTilesInAnyOrder(long heapBytes) {
        float[][] expected = new float[5][11];
        Random random = new Random(1);
        try (TileStore store = TileStore.create(LAYOUT, heapBytes)) {
            for (int round = 0; round < 50; round++) {
                int tile = random.nextInt(3);
                int first = random.nextInt(5);
                int tests = 1 + random.nextInt(5 - first);
                int width = LAYOUT.width(tile);
                float[] scores = new float[tests * width];
                for (int i = 0; i < scores.length; i++) {
                    scores[i] = random.nextInt(100);
                    expected[first + i / width][tile * 4 + i % width] += scores[i];
                }
                store.add(tile, first, scores, scores.length);
            }
            for (int tile = 0; tile < 3; tile++) {
                float[] sums = store.read(tile);
                int width = LAYOUT.width(tile);
                assertThat(sums).hasSize(5 * width);
                for (int i = 0; i < sums.length; i++) {
                    assertThat(sums[i]).isEqualTo(expected[i / width][tile * 4 + i % width]);
                }
            }
        }
    }
}
