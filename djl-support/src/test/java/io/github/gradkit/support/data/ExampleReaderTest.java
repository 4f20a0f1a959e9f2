package io.github.gradkit.support.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.util.RandomUtils;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Examples come in the order asked for, whatever the data set would do. */
class ExampleReaderTest {

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private ArrayDataset shuffled(int size) {
        return new ArrayDataset.Builder()
                .setData(manager.arange((float) size).reshape(new Shape(size, 1)))
                .optLabels(manager.arange((float) size))
                .setSampling(3, true)
                .build();
    }

    private List<Float> all(ExampleReader reader, int batchSize) {
        List<Float> values = new ArrayList<>();
        for (ExampleBatch batch : reader.batches(manager, batchSize)) {
            for (float value : batch.data().head().toFloatArray()) {
                values.add(value);
            }
            batch.close();
        }
        return values;
    }

    @Test
    void shuffledSetIsReadInOrderWithARaggedEnd() {
        ExampleReader reader = ExampleReader.of(shuffled(8));
        assertThat(reader.size()).isEqualTo(8);
        assertThat(all(reader, 3)).containsExactly(0f, 1f, 2f, 3f, 4f, 5f, 6f, 7f);
        assertThat(all(reader, Integer.MAX_VALUE - 8)).hasSize(8);
    }

    @Test
    void batchOfAnySizeHoldsAllThereIs() {
        ExampleReader reader = ExampleReader.of(shuffled(8));
        assertThat(all(reader, Integer.MAX_VALUE)).hasSize(8);
        assertThat(all(reader, 8)).hasSize(8);
        assertThat(all(reader, 1)).hasSize(8);
    }

    @Test
    void batchesCanBeReadMoreThanOnce() {
        Iterable<ExampleBatch> batches = ExampleReader.of(shuffled(8)).batches(manager, 3);
        for (int pass = 0; pass < 2; pass++) {
            int seen = 0;
            for (ExampleBatch batch : batches) {
                seen += batch.size();
                batch.close();
            }
            assertThat(seen).as("pass %d", pass).isEqualTo(8);
        }
    }

    @Test
    void batchLeavesNoArrayAndNoManagerBehind() throws Exception {
        ArrayDataset all = shuffled(8);
        ExampleReader whole = ExampleReader.of(all);
        ExampleReader part = ExampleReader.of(all.randomSplit(1, 1)[1]);
        try (NDManager owner = manager.newSubManager()) {
            String before = owner.toString(); // tells how much it owns, managers included
            for (ExampleReader reader : List.of(whole, part)) {
                reader.batch(owner, 2, 3).close();
                assertThat(owner).hasToString(before);
                assertThatThrownBy(() -> reader.batch(owner, 99, 3)).isNotNull();
                assertThat(owner).hasToString(before);
            }
            assertThat(owner.getManagedArrays()).isEmpty();
        }
    }

    @Test
    void batchOfNothingIsRefused() {
        ExampleReader reader = ExampleReader.of(shuffled(8));
        assertThatThrownBy(() -> reader.batches(manager, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("A batch of 0 examples");
    }

    @Test
    void someExamplesComeInTheOrderAskedFor() {
        try (ExampleBatch batch = ExampleReader.of(shuffled(8)).batch(manager, 5, 0, 7)) {
            assertThat(batch.size()).isEqualTo(3);
            assertThat(batch.data().head().toFloatArray()).containsExactly(5, 0, 7);
            assertThat(batch.labels().head().toFloatArray()).containsExactly(5, 0, 7);
        }
    }

    @Test
    void examplesThatAreOnTheDeviceAlreadyAreNotCopied() {
        try (ExampleBatch batch = ExampleReader.of(shuffled(8)).batch(manager, 0, 1)) {
            assertThat(batch.data().head()).isSameAs(batch.source().getData().head());
            assertThat(batch.labels().head()).isSameAs(batch.source().getLabels().head());
        }
    }

    @Test
    void partOfASetIsReadByItsOwnIndices() throws Exception {
        RandomUtils.RANDOM.setSeed(3);
        RandomAccessDataset part = shuffled(10).randomSplit(1, 1)[1];
        ExampleReader reader = ExampleReader.of(part);
        List<Float> inOrder = all(reader, 2);
        assertThat(inOrder).hasSize(5).doesNotHaveDuplicates();
        assertThat(inOrder).isNotEqualTo(List.of(0f, 1f, 2f, 3f, 4f));
        try (ExampleBatch batch = reader.batch(manager, 1, 2)) {
            assertThat(batch.data().head().toFloatArray())
                    .containsExactly(inOrder.get(1), inOrder.get(2));
        }
    }

    @Test
    void randomNumbersOfDjlAreLeftAlone() {
        RandomUtils.RANDOM.setSeed(7);
        float expected = RandomUtils.nextFloat();
        RandomUtils.RANDOM.setSeed(7);
        all(ExampleReader.of(shuffled(9)), 4);
        assertThat(RandomUtils.nextFloat()).isEqualTo(expected);
    }

    @Test
    void spreadReachesBothEnds() {
        assertThat(ExampleReader.spread(10, 4)).containsExactly(0, 3, 6, 9);
        assertThat(ExampleReader.spread(3, 9)).containsExactly(0, 1, 2);
        assertThat(ExampleReader.spread(5, 1)).containsExactly(0);
        assertThat(ExampleReader.spread(0, 5)).isEmpty();
    }
}
