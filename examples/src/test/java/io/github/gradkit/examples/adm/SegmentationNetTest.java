package io.github.gradkit.examples.adm;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.adm.data.SceneGenerator;
import io.github.gradkit.adm.data.ScribbleGenerator;
import io.github.gradkit.adm.data.ScribbledImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentationNetTest {

    @ParameterizedTest
    @CsvSource({"8, 8", "64, 32", "9, 15", "13, 10"})
    void everyPixelOfImagesOfAnySizeIsScored(int height, int width) {
        try (Segmenter network = new Segmenter(3, 5, 1);
                NDManager manager = network.manager().newSubManager()) {
            NDArray images = manager.ones(new Shape(2, 3, height, width));
            NDArray scores = network.score(new NDList(images)).singletonOrThrow();
            assertThat(scores.getShape()).isEqualTo(new Shape(2, 5, height, width));
            assertThat(scores.isNaN().any().getBoolean()).isFalse();
        }
    }

    @Test
    void aSeedDecidesTheFirstWeightsAndACheckpointBringsThemBack() throws Exception {
        float[] first;
        byte[] saved;
        try (Segmenter network = new Segmenter(3, 4, 1)) {
            first = scores(network);
            saved = network.save();
        }
        try (Segmenter same = new Segmenter(3, 4, 1);
                Segmenter other = new Segmenter(3, 4, 2)) {
            assertThat(scores(same)).isEqualTo(first);
            assertThat(scores(other)).isNotEqualTo(first);
            other.load(saved);
            assertThat(scores(other)).isEqualTo(first);
        }
    }

    private static float[] scores(Segmenter network) {
        try (NDManager manager = network.manager().newSubManager()) {
            NDArray images = manager.arange(0, 192f, 1).div(192).reshape(1, 3, 8, 8);
            return network.score(new NDList(images)).head().toFloatArray();
        }
    }

    /** All methods must start from the same statistics, or they could not be compared. */
    @Test
    void aTrainingLeavesTheCheckpointOfOthersAsItWas() throws Exception {
        ScribbleGenerator scribbles = ScribbleGenerator.builder().build();
        List<ScribbledImage> scenes =
                SceneGenerator.builder()
                        .optSize(16, 16)
                        .optScribbles(scribbles)
                        .build()
                        .scenes(10, 1);
        Settings settings = new Settings(1, 1, List.of(1.0), 1, 1, Settings.Cuts.USUAL, 0, 1);
        Repetition repetition =
                new Repetition(
                        settings,
                        1,
                        SplitSizes.of(4).split(scenes, 4),
                        scenes,
                        TrialRecord.open(null));
        Trial first = repetition.train(Method.ADM, 1);
        repetition.train(Method.FULL, 0);
        Trial again = repetition.train(Method.ADM, 1);
        assertThat(again.curve()).isEqualTo(first.curve()).hasSize(2);
        assertThat(again.miou()).isEqualTo(first.miou());
        assertThat(again.labellings()).hasSize(10);
    }
}
