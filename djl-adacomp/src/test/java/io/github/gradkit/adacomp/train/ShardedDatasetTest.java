package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.RandomAccessDataset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShardedDatasetTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void learnersTogetherReadTheBatchesOfOneLearner() throws Exception {
        // 3 * 4 * 2 examples and a last global batch of 7, as 2, 2 and 3.
        List<List<Integer>> joined = epoch(31, 0, 1, 12, 0);
        List<List<Integer>> first = epoch(31, 0, 3, 4, 0);
        List<List<Integer>> second = epoch(31, 1, 3, 4, 0);
        List<List<Integer>> third = epoch(31, 2, 3, 4, 0);
        assertThat(joined).hasSize(3);
        for (int i = 0; i < 3; i++) {
            List<Integer> together = new ArrayList<>(first.get(i));
            together.addAll(second.get(i));
            together.addAll(third.get(i));
            assertThat(together).isEqualTo(joined.get(i));
        }
        assertThat(List.of(first.get(2).size(), second.get(2).size(), third.get(2).size()))
                .containsExactly(2, 2, 3);
        assertThat(joined.stream().flatMap(List::stream))
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 31).boxed().toList());
    }

    @Test
    void leavesOutALastBatchWithTooFewForAll() throws Exception {
        for (int rank = 0; rank < 3; rank++) {
            assertThat(epoch(26, rank, 3, 4, 0)).hasSize(2).allMatch(batch -> batch.size() == 4);
        }
        assertThat(epoch(27, 0, 3, 4, 0)).hasSize(3);
    }

    @Test
    void leavesOutAnySmallerLastBatchWhereAsked() throws Exception {
        ShardedDataset.Builder builder =
                ShardedDataset.builder().setLearner(1, 3).setBatchSize(4).optDropLast(true);
        assertThat(read(builder.setDataset(numbers(35)).build()))
                .hasSize(2)
                .allMatch(batch -> batch.size() == 4);
        assertThat(read(builder.setDataset(numbers(36)).build())).hasSize(3);
        assertThatIllegalStateException()
                .isThrownBy(() -> read(builder.setDataset(numbers(11)).build()))
                .withMessageContaining("11 examples")
                .withMessageContaining("takes 12");
    }

    @Test
    void shufflesAnewInEachEpochAndResumes() throws Exception {
        ShardedDataset data = dataset(40, 0, 2, 5, 0);
        List<List<Integer>> zero = read(data);
        List<List<Integer>> one = read(data);
        assertThat(data.nextEpoch()).isEqualTo(2);
        assertThat(one).isNotEqualTo(zero);
        assertThat(epoch(40, 0, 2, 5, 1)).isEqualTo(one);
        assertThat(epoch(40, 0, 2, 5, 0)).isEqualTo(zero);
    }

    @Test
    void readsOnlyThePartThatASplitReturned() throws Exception {
        ArrayDataset whole = numbers(40);
        RandomAccessDataset part = whole.randomSplit(7, 3)[0];
        List<Integer> own = new ArrayList<>();
        for (long i = 0; i < part.size(); i++) {
            own.add(part.get(manager, i).getData().head().toType(DataType.INT32, false).getInt());
        }
        for (int batchSize : new int[] {1, 2, 9}) {
            // 28 examples: three batches of 9 leave one of one.
            assertThat(read(sharded(part, 0, 1, batchSize, 0)).stream().flatMap(List::stream))
                    .containsExactlyInAnyOrderElementsOf(own);
        }
        Batch batch = sharded(part, 1, 2, 1, 0).getData(manager).iterator().next();
        assertThat(batch.getLabels().head().getShape()).isEqualTo(new Shape(1));
        assertThat(batch.getLabels().head().toFloatArray())
                .containsExactly(
                        batch.getData().head().toType(DataType.FLOAT32, false).toFloatArray());
        assertThat(batch.getIndices()).hasSize(1);
        batch.close();
    }

    @Test
    void refusesFewerExamplesThanLearners() {
        assertThatIllegalStateException()
                .isThrownBy(() -> epoch(2, 0, 3, 4, 0))
                .withMessageContaining("2 examples for 3 learners");
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        ShardedDataset.Builder builder = ShardedDataset.builder();
        assertThatIllegalStateException().isThrownBy(builder::build);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.setLearner(2, 2))
                .withMessageContaining("rank 2 of 2");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.setLearner(-1, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.setBatchSize(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optFirstEpoch(-1));
    }

    private List<List<Integer>> epoch(int examples, int rank, int size, int batch, long epoch)
            throws Exception {
        return read(dataset(examples, rank, size, batch, epoch));
    }

    private ShardedDataset dataset(int examples, int rank, int size, int batch, long epoch) {
        return sharded(numbers(examples), rank, size, batch, epoch);
    }

    private ArrayDataset numbers(int examples) {
        return new ArrayDataset.Builder()
                .setData(manager.arange(examples).reshape(new Shape(examples, 1)))
                .optLabels(manager.arange(examples).toType(DataType.FLOAT32, false))
                .setSampling(1, false)
                .build();
    }

    private static ShardedDataset sharded(
            RandomAccessDataset dataset, int rank, int size, int batch, long epoch) {
        return ShardedDataset.builder()
                .setDataset(dataset)
                .setLearner(rank, size)
                .setBatchSize(batch)
                .optSeed(9)
                .optFirstEpoch(epoch)
                .build();
    }

    private List<List<Integer>> read(ShardedDataset dataset) throws Exception {
        List<List<Integer>> batches = new ArrayList<>();
        for (Batch batch : dataset.getData(manager)) {
            List<Integer> values = new ArrayList<>();
            for (Number value : batch.getData().head().toArray()) {
                values.add(value.intValue());
            }
            assertThat(batch.getSize()).isEqualTo(values.size());
            batches.add(values);
            batch.close();
        }
        return batches;
    }
}
