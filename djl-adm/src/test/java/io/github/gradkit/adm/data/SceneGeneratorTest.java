package io.github.gradkit.adm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.gradkit.adm.cut.Neighbourhood;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SceneGeneratorTest {

    @Test
    void aLongerListBeginsWithAShorterOne() {
        SceneGenerator generator =
                SceneGenerator.builder().optScribbles(ScribbleGenerator.builder().build()).build();
        List<ScribbledImage> few = generator.scenes(3, 11);
        assertThat(generator.scenes(6, 11).subList(0, 3)).isEqualTo(few);
        assertThat(generator.scene(2, 11)).isEqualTo(few.get(2));
        assertThat(generator.scenes(3, 12)).doesNotContainAnyElementsOf(few);
        assertThat(generator.scenes(0, 1)).isEmpty();
    }

    @Test
    void imagesHaveObjectsOfAllLabelsOnABackground() {
        List<ScribbledImage> scenes = SceneGenerator.builder().build().scenes(200, 0);
        long[] pixels = new long[5];
        for (ScribbledImage scene : scenes) {
            assertThat(List.of(scene.channels(), scene.height(), scene.width()))
                    .containsExactly(3, 64, 64);
            int[] mask = scene.mask().orElseThrow();
            assertThat(Arrays.stream(mask).max().orElseThrow()).isBetween(1, 3);
            Arrays.stream(mask).forEach(label -> pixels[label]++);
            assertThat(scene.scribbles()).containsOnly(SegmentationLabels.UNLABELLED);
        }
        double all = 200 * 64 * 64;
        assertThat(pixels[0] / all).isBetween(0.7, 0.9);
        assertThat(IntStream.range(1, 4).mapToDouble(label -> pixels[label] / all))
                .allMatch(share -> share > 0.05 && share < 0.1);
    }

    /** Scribbles of the usual length, and edges that pairs of pixels can see. */
    @Test
    void isAsHardAsItIsMeantToBe() {
        List<ScribbledImage> scenes = SceneGenerator.builder().build().scenes(200, 0);
        assertThat(share(scenes, 1)).isEqualTo(0.018, within(0.001));
        assertThat(share(scenes, 0.3)).isEqualTo(0.0059, within(0.0004));
        assertThat(share(scenes, 0)).isBetween(2.0 / 4096, 4.0 / 4096);
        double energy = scenes.stream().mapToDouble(SceneGeneratorTest::energy).sum();
        assertThat(energy / (200 * 4096)).isEqualTo(0.025, within(0.001));
    }

    private static double share(List<ScribbledImage> scenes, double ratio) {
        return ScribbleGenerator.builder().optRatio(ratio).build().scribble(scenes).stream()
                .mapToDouble(ScribbledImage::labelledShare)
                .average()
                .orElseThrow();
    }

    /** The sum of the weights of pairs with different labels. */
    private static double energy(ScribbledImage scene) {
        int[] mask = scene.mask().orElseThrow();
        float[] weights = ContrastWeights.builder().build().of(scene);
        Neighbourhood pairs = Neighbourhood.EIGHT;
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            int k = i / mask.length;
            int pixel = i % mask.length;
            if (pairs.leadsInside(k, pixel % 64, pixel / 64, 64, 64)
                    && mask[pixel] != mask[pixel + pairs.dy(k) * 64 + pairs.dx(k)]) {
                sum += weights[i];
            }
        }
        return sum;
    }

    /** Were it not so, colours would do, and the task would need no network. */
    @Test
    void coloursDoNotTellLabels() {
        double[][] means = new double[4][3];
        long[] pixels = new long[4];
        for (ScribbledImage scene : SceneGenerator.builder().build().scenes(300, 3)) {
            int[] mask = scene.mask().orElseThrow();
            float[] values = scene.pixels();
            for (int i = 0; i < mask.length; i++) {
                pixels[mask[i]]++;
                for (int c = 0; c < 3; c++) {
                    means[mask[i]][c] += values[c * mask.length + i];
                }
            }
        }
        for (int label = 0; label < 4; label++) {
            for (int c = 0; c < 3; c++) {
                assertThat(means[label][c] / pixels[label]).isEqualTo(0.45, within(0.04));
            }
        }
    }

    @Test
    void takesSizeLabelsAndRadius() {
        List<ScribbledImage> scenes =
                SceneGenerator.builder()
                        .optSize(40, 24)
                        .optLabels(6)
                        .optRadius(2, 4)
                        .build()
                        .scenes(60, 5);
        assertThat(scenes)
                .allMatch(scene -> scene.height() == 40 && scene.width() == 24)
                .allMatch(
                        scene ->
                                Arrays.stream(scene.mask().orElseThrow())
                                                .filter(label -> label > 0)
                                                .count()
                                        < 3 * Math.PI * 4 * 4 * 1.35 * 1.35);
        assertThat(
                        scenes.stream()
                                .flatMapToInt(scene -> Arrays.stream(scene.mask().orElseThrow()))
                                .distinct()
                                .toArray())
                .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
    }

    @Test
    void refusesWhatItCanNotMake() {
        SceneGenerator.Builder builder = SceneGenerator.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.optSize(7, 64))
                .withMessageContaining("7 x 64");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.optLabels(7))
                .withMessageContaining("not 7");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optLabels(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.optRadius(9, 8))
                .withMessageContaining("9.0 to 8.0");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optRadius(0, 8));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.build().scenes(-1, 0))
                .withMessageContaining("-1");
    }
}
