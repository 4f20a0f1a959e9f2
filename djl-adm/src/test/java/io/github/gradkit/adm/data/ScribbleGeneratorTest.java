package io.github.gradkit.adm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScribbleGeneratorTest {

    private static final int NONE = SegmentationLabels.UNLABELLED;

    @Test
    void strokesAgreeWithTheMaskAndKeepOffOtherLabels() {
        for (ScribbledImage scene : SceneGenerator.builder().build().scenes(30, 4)) {
            int[] mask = scene.mask().orElseThrow();
            int[] drawn =
                    ScribbleGenerator.builder()
                            .optMinimumArea(80)
                            .build()
                            .scribbles(mask, 64, 64, 0);
            assertThat(Arrays.stream(drawn).filter(label -> label != NONE).count()).isPositive();
            for (int pixel = 0; pixel < drawn.length; pixel++) {
                assertThat(drawn[pixel]).isIn(NONE, mask[pixel]);
            }
        }
    }

    @Test
    void keepsItsMarginWhereThereIsRoom() {
        int[] mask = new int[20 * 30];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = i % 30 < 15 ? 0 : 1;
        }
        for (int number = 0; number < 20; number++) {
            int[] drawn = ScribbleGenerator.builder().build().scribbles(mask, 20, 30, number);
            for (int i = 0; i < drawn.length; i++) {
                if (drawn[i] != NONE) {
                    assertThat(i % 30).matches(x -> x < 13 || x > 16);
                }
            }
        }
    }

    @Test
    void goesAsDeepAsAThinRegionAllows() {
        int[] mask = new int[40 * 40];
        for (int i = 0; i < mask.length; i++) {
            int y = i / 40;
            mask[i] = y >= 10 && y < 13 ? 1 : y == 30 ? 2 : 0;
        }
        int[] drawn = ScribbleGenerator.builder().build().scribbles(mask, 40, 40, 3);
        assertThat(drawn).contains(0, 1, 2);
        for (int i = 0; i < drawn.length; i++) {
            if (drawn[i] == 1) {
                assertThat(i / 40).isEqualTo(11);
            }
        }
    }

    @Test
    void longerStrokesHoldShorterOnes() {
        List<ScribbledImage> scenes = SceneGenerator.builder().build().scenes(20, 9);
        Set<Integer> before = Set.of();
        for (double ratio : new double[] {0, 0.3, 0.5, 0.8, 1, 2}) {
            ScribbleGenerator generator = ScribbleGenerator.builder().optRatio(ratio).build();
            Set<Integer> labelled = new HashSet<>();
            for (int number = 0; number < scenes.size(); number++) {
                int[] drawn = generator.scribble(scenes.get(number), number).scribbles();
                for (int pixel = 0; pixel < drawn.length; pixel++) {
                    if (drawn[pixel] != NONE) {
                        labelled.add(number * drawn.length + pixel);
                    }
                }
            }
            assertThat(labelled).containsAll(before).hasSizeGreaterThan(before.size());
            before = labelled;
        }
    }

    @Test
    void clicksOnceIntoEachRegionThatIsLargeEnough() {
        // Two squares of label 1, a small one of label 2, on label 0 cut in two by unknown pixels.
        int[] mask = new int[30 * 30];
        for (int i = 0; i < mask.length; i++) {
            int x = i % 30;
            int y = i / 30;
            boolean square = y >= 3 && y < 9 && ((x >= 3 && x < 9) || (x >= 20 && x < 26));
            boolean small = y >= 25 && y < 27 && x >= 4 && x < 6;
            mask[i] = y == 15 ? NONE : square ? 1 : small ? 2 : 0;
        }
        ScribbleGenerator clicks =
                ScribbleGenerator.builder().optRatio(0).optMinimumArea(5).build();
        int[] drawn = clicks.scribbles(mask, 30, 30, 0);
        assertThat(count(drawn, 0)).isEqualTo(2);
        assertThat(count(drawn, 1)).isEqualTo(2);
        assertThat(count(drawn, 2)).isZero();
        int[] all =
                ScribbleGenerator.builder()
                        .optRatio(0)
                        .optMinimumArea(4)
                        .build()
                        .scribbles(mask, 30, 30, 0);
        assertThat(count(all, 2)).isEqualTo(1);
    }

    @Test
    void strokesAreConnected() {
        int[] mask = new int[64 * 64];
        for (int number = 0; number < 10; number++) {
            int[] drawn =
                    ScribbleGenerator.builder().optRatio(3).build().scribbles(mask, 64, 64, number);
            int[] stroke = Arrays.stream(drawn).map(label -> label == NONE ? NONE : 1).toArray();
            assertThat(new Regions(stroke, 64, 64).all()).hasSize(1);
            assertThat(count(drawn, 0)).isBetween(30L, 120L);
        }
    }

    @Test
    void twiceTheImageHasStrokesTwiceAsLong() {
        double small = meanShare(64);
        double large = meanShare(128);
        assertThat(large / small).isBetween(0.4, 0.6);
    }

    private static double meanShare(int size) {
        ScribbleGenerator strokes = ScribbleGenerator.builder().build();
        return SceneGenerator.builder()
                .optSize(size, size)
                .optScribbles(strokes)
                .build()
                .scenes(40, 2)
                .stream()
                .mapToDouble(ScribbledImage::labelledShare)
                .average()
                .orElseThrow();
    }

    @Test
    void dependsOnSeedNumberAndMaskOnly() {
        int[] mask = SceneGenerator.builder().build().scene(1, 1).mask().orElseThrow();
        int[] drawn = ScribbleGenerator.builder().optSeed(5).build().scribbles(mask, 64, 64, 7);
        assertThat(ScribbleGenerator.builder().optSeed(5).build().scribbles(mask, 64, 64, 7))
                .isEqualTo(drawn);
        assertThat(ScribbleGenerator.builder().optSeed(6).build().scribbles(mask, 64, 64, 7))
                .isNotEqualTo(drawn);
        assertThat(ScribbleGenerator.builder().optSeed(5).build().scribbles(mask, 64, 64, 8))
                .isNotEqualTo(drawn);
    }

    @Test
    void standsMasksOfNoise() {
        Random random = new Random(1);
        int[] mask = random.ints(31 * 17, 0, 9).map(label -> label == 8 ? NONE : label).toArray();
        int[] drawn =
                ScribbleGenerator.builder()
                        .optMinimumArea(1)
                        .optMargin(5)
                        .build()
                        .scribbles(mask, 31, 17, 0);
        for (int pixel = 0; pixel < mask.length; pixel++) {
            assertThat(drawn[pixel]).isIn(NONE, mask[pixel]);
        }
        int[] unknown = new int[9];
        Arrays.fill(unknown, NONE);
        assertThat(ScribbleGenerator.builder().build().scribbles(unknown, 3, 3, 0))
                .containsOnly(NONE);
    }

    @Test
    void refusesWhatItCanNotDraw() {
        ScribbledImage bare =
                ScribbledImage.of("bare", 1, 1, 2, new float[2], new int[] {NONE, NONE});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScribbleGenerator.builder().build().scribble(List.of(bare)))
                .withMessageContaining("'bare' has no mask");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScribbleGenerator.builder().optRatio(-0.1))
                .withMessageContaining("-0.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScribbleGenerator.builder().optRatio(Double.NaN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScribbleGenerator.builder().optMinimumArea(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScribbleGenerator.builder().optMargin(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> ScribbleGenerator.builder().build().scribbles(new int[5], 2, 3, 0))
                .withMessageContaining("5 labels");
    }

    private static long count(int[] labels, int label) {
        return Arrays.stream(labels).filter(seen -> seen == label).count();
    }
}
