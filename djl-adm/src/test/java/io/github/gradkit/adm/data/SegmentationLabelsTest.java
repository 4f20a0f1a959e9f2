package io.github.gradkit.adm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.adm.cut.Neighbourhood;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SegmentationLabelsTest {

    private final NDManager manager = NDManager.newBaseManager();
    private final NDArray scribbles = zeros(DataType.UINT8, 2, 3, 4);
    private final NDArray weights = zeros(DataType.FLOAT32, 2, 4, 3, 4);
    private final NDArray indices = zeros(DataType.INT64, 2);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void tellsWhatABatchHolds() {
        SegmentationLabels labels = SegmentationLabels.of(new NDList(scribbles, weights, indices));
        assertThat(labels.batch()).isEqualTo(2);
        assertThat(labels.height()).isEqualTo(3);
        assertThat(labels.width()).isEqualTo(4);
        assertThat(labels.scribbles()).isSameAs(scribbles);
        assertThat(labels.weights()).isSameAs(weights);
        assertThat(labels.indices()).isSameAs(indices);
        assertThat(labels.neighbourhood()).isEqualTo(Neighbourhood.EIGHT);
        NDArray four = zeros(DataType.FLOAT64, 2, 2, 3, 4);
        assertThat(SegmentationLabels.of(new NDList(scribbles, four)).neighbourhood())
                .isEqualTo(Neighbourhood.FOUR);
    }

    @Test
    void viewsAreMadeWithChecksOnlyAndComparedWithoutReadingArrays() {
        NDList list = new NDList(scribbles, weights, indices);
        SegmentationLabels first = SegmentationLabels.of(list);
        SegmentationLabels second = SegmentationLabels.of(list);
        manager.close();
        assertThat(SegmentationLabels.class.getConstructors()).isEmpty();
        assertThat(first.list()).isSameAs(list);
        assertThat(Set.of(first, second)).hasSize(2).contains(first);
    }

    @Test
    void missesWeightsAndIndicesOnlyWhenTheyAreAskedFor() {
        SegmentationLabels labels = SegmentationLabels.of(new NDList(scribbles));
        assertThat(labels.batch()).isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(labels::weights)
                .withMessageContaining("ContrastWeights");
        assertThatIllegalArgumentException().isThrownBy(labels::neighbourhood);
        assertThatIllegalArgumentException()
                .isThrownBy(labels::indices)
                .withMessageContaining("indices");
    }

    @Test
    void refusesArraysThatDoNotFit() {
        refused("0 arrays");
        refused("5 arrays", scribbles, weights, indices, weights, weights);
        refused("(batch, height, width)", zeros(DataType.UINT8, 3, 4));
        refused("no side of 0", zeros(DataType.UINT8, 0, 3, 4));
        refused("integers", zeros(DataType.FLOAT32, 2, 3, 4));
        refused("(batch, directions, height, width)", scribbles, zeros(DataType.FLOAT32, 2, 3, 4));
        refused("not floating", scribbles, zeros(DataType.INT32, 2, 4, 3, 4));
        refused("2 or 4 directions", scribbles, zeros(DataType.FLOAT32, 2, 3, 3, 4));
        refused("(1, 4, 3, 4)", scribbles, zeros(DataType.FLOAT32, 1, 4, 3, 4));
        refused("(2, 4, 4, 3)", scribbles, zeros(DataType.FLOAT32, 2, 4, 4, 3));
        refused("(batch)", scribbles, weights, zeros(DataType.INT64, 2, 1));
        refused("integers", scribbles, weights, zeros(DataType.FLOAT32, 2));
        refused("3 indices for 2", scribbles, weights, zeros(DataType.INT64, 3));
    }

    @Test
    void refusesScoresThatDoNotFit() {
        SegmentationLabels labels = SegmentationLabels.of(new NDList(scribbles));
        NDArray scores = zeros(DataType.FLOAT32, 2, 5, 3, 4);
        assertThat(labels.scores(new NDList(scores))).isSameAs(scores);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> labels.scores(new NDList(scores, scores)))
                .withMessageContaining("2 outputs");
        for (long[] wrong :
                new long[][] {
                    {2, 5, 3}, {1, 5, 3, 4}, {2, 5, 6, 8}, {2, 1, 3, 4}, {2, 256, 3, 4}
                }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> labels.scores(new NDList(zeros(DataType.FLOAT32, wrong))));
        }
    }

    @Test
    void refusesScoresOfOtherTypesThanFloat32AndFloat64() {
        SegmentationLabels labels = SegmentationLabels.of(new NDList(scribbles));
        NDArray wide = zeros(DataType.FLOAT64, 2, 5, 3, 4);
        assertThat(labels.scores(new NDList(wide))).isSameAs(wide);
        for (DataType wrong : new DataType[] {DataType.FLOAT16, DataType.INT64, DataType.UINT8}) {
            NDArray scores = zeros(wrong, 2, 5, 3, 4);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> labels.scores(new NDList(scores)))
                    .withMessageContaining(wrong.toString())
                    .withMessageContaining("toType(DataType.FLOAT32");
        }
    }

    private NDArray zeros(DataType type, long... shape) {
        return manager.zeros(new Shape(shape), type);
    }

    private static void refused(String part, NDArray... arrays) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SegmentationLabels.of(new NDList(arrays)))
                .withMessageContaining(part);
    }
}
