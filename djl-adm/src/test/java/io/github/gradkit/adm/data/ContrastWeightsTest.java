package io.github.gradkit.adm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.gradkit.adm.cut.Neighbourhood;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContrastWeightsTest {

    private static final Neighbourhood EIGHT = Neighbourhood.EIGHT;

    @Test
    void neighboursOfAConstantImageAreAlike() {
        float[] pixels = new float[2 * 3 * 4];
        java.util.Arrays.fill(pixels, 0.3f);
        float[] weights = ContrastWeights.builder().build().of(pixels, 2, 3, 4);
        for (int k = 0; k < 4; k++) {
            for (int y = 0; y < 3; y++) {
                for (int x = 0; x < 4; x++) {
                    double wanted =
                            EIGHT.leadsInside(k, x, y, 4, 3) ? (k < 2 ? 1 : Math.sqrt(0.5)) : 0;
                    assertThat((double) weights[k * 12 + y * 4 + x])
                            .isEqualTo(wanted, within(1e-7));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void agreeWithTheFormulaOverAllEightNeighbours(int channels) {
        int height = 7;
        int width = 9;
        float[] pixels = random(channels * height * width, channels);
        float[] weights = ContrastWeights.builder().build().of(pixels, channels, height, width);
        double sum = 0;
        for (float weight : weights) {
            sum += weight;
        }
        SlowContrast slow = new SlowContrast(pixels, channels, height, width);
        assertThat(sum).isEqualTo(slow.sumOverAllNeighbours() / 2, within(1e-5));
        for (int k = 0; k < 4; k++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    assertThat((double) weights[(k * height + y) * width + x])
                            .isEqualTo(
                                    slow.weight(x, y, x + EIGHT.dx(k), y + EIGHT.dy(k)),
                                    within(1e-7));
                }
            }
        }
    }

    /** Each pair has the same weight, whichever way the image is turned. */
    @Test
    void turnWithTheImage() {
        int height = 6;
        int width = 5;
        float[] pixels = random(2 * height * width, 8);
        ContrastWeights contrast = ContrastWeights.builder().build();
        float[] plain = contrast.of(pixels, 2, height, width);
        float[] mirrored = contrast.of(turned(pixels, height, width, 0), 2, height, width);
        float[] upset = contrast.of(turned(pixels, height, width, 1), 2, height, width);
        float[] transposed = contrast.of(turned(pixels, height, width, 2), 2, width, height);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int k = 0; k < 4; k++) {
                    int u = x + EIGHT.dx(k);
                    int v = y + EIGHT.dy(k);
                    if (!EIGHT.leadsInside(k, x, y, width, height)) {
                        continue;
                    }
                    float weight = pair(plain, height, width, x, y, u, v);
                    int right = width - 1;
                    int bottom = height - 1;
                    assertThat(pair(mirrored, height, width, right - x, y, right - u, v))
                            .isEqualTo(weight, within(1e-6f));
                    assertThat(pair(upset, height, width, x, bottom - y, u, bottom - v))
                            .isEqualTo(weight, within(1e-6f));
                    assertThat(pair(transposed, width, height, y, x, v, u))
                            .isEqualTo(weight, within(1e-6f));
                }
            }
        }
    }

    @Test
    void weighLessAcrossAnEdge() {
        int size = 6;
        float[] pixels = random(size * size, 3);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = 0.1f * pixels[i] + (i % size < 3 ? 0 : 0.8f);
        }
        float[] weights = ContrastWeights.builder().build().of(pixels, 1, size, size);
        for (int y = 0; y < size; y++) {
            float across = weights[y * size + 2];
            assertThat(across).isPositive().isLessThan(weights[y * size + 1]);
            assertThat(across).isLessThan(weights[y * size + 3]);
        }
    }

    @Test
    void doNotChangeWithTheUnitUnlessSigmaIsFixed() {
        float[] pixels = random(30, 5);
        float[] larger = pixels.clone();
        for (int i = 0; i < larger.length; i++) {
            larger[i] *= 256;
        }
        ContrastWeights adaptive = ContrastWeights.builder().build();
        assertThat(adaptive.of(larger, 1, 5, 6)).containsExactly(adaptive.of(pixels, 1, 5, 6));
        float[] fixed = ContrastWeights.builder().optSigma(0.2).build().of(pixels, 1, 5, 6);
        assertThat(fixed[0])
                .isEqualTo(
                        (float) Math.exp(-Math.pow(pixels[0] - pixels[1], 2) / 0.08),
                        within(1e-6f));
        assertThat(ContrastWeights.builder().optSigma(0.2 * 256).build().of(larger, 1, 5, 6))
                .containsExactly(fixed, within(1e-6f));
    }

    @Test
    void leavePaddingOut() {
        int height = 5;
        int width = 6;
        float[] inner = random(2 * 3 * 4, 6);
        float[] padded = new float[2 * height * width];
        java.util.Arrays.fill(padded, Float.NaN);
        for (int i = 0; i < inner.length; i++) {
            int y = 1 + i / 4 % 3;
            padded[(i / 12 * height + y) * width + 2 + i % 4] = inner[i];
        }
        ContrastWeights contrast = ContrastWeights.builder().build();
        float[] weights =
                contrast.of(padded, 2, height, width, new ContrastWeights.Region(1, 2, 3, 4));
        float[] wanted = contrast.of(inner, 2, 3, 4);
        for (int k = 0; k < 4; k++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    boolean inside = y >= 1 && y < 4 && x >= 2;
                    assertThat(weights[(k * height + y) * width + x])
                            .isEqualTo(inside ? wanted[(k * 3 + y - 1) * 4 + x - 2] : 0);
                }
            }
        }
    }

    @Test
    void haveTwoDirectionsWithFourNeighbours() {
        float[] pixels = random(20, 7);
        ContrastWeights four =
                ContrastWeights.builder().optNeighbourhood(Neighbourhood.FOUR).build();
        assertThat(four.neighbourhood()).isEqualTo(Neighbourhood.FOUR);
        float[] weights = four.of(pixels, 1, 4, 5);
        assertThat(weights).hasSize(40);
        double mean = 0;
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 5; x++) {
                int i = y * 5 + x;
                mean += x < 4 ? Math.pow(pixels[i] - pixels[i + 1], 2) / 31 : 0;
                mean += y < 3 ? Math.pow(pixels[i] - pixels[i + 5], 2) / 31 : 0;
            }
        }
        assertThat(weights[20])
                .isEqualTo(
                        (float) Math.exp(-Math.pow(pixels[0] - pixels[5], 2) / (2 * mean)),
                        within(1e-6f));
    }

    @Test
    void standThinAndTinyImages() {
        ContrastWeights contrast = ContrastWeights.builder().build();
        assertThat(contrast.of(new float[] {0.5f}, 1, 1, 1)).containsOnly(0);
        assertThat(contrast.of(new float[] {0, 1e-30f, 0}, 1, 1, 3)[0])
                .isEqualTo((float) Math.exp(-0.5), within(1e-6f));
        assertThat(contrast.of(new float[] {0, 1, 0}, 1, 3, 1)[3])
                .isEqualTo((float) Math.exp(-0.5), within(1e-6f));
    }

    @Test
    void refuseWhatIsNoImage() {
        ContrastWeights contrast = ContrastWeights.builder().build();
        for (float wrong : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            float[] pixels = new float[12];
            pixels[6 + 4] = wrong;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> contrast.of(pixels, 2, 2, 3))
                    .withMessageContaining("Channel 1")
                    .withMessageContaining("row 1, column 1")
                    .withMessageContaining(String.valueOf(wrong));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> contrast.of(new float[5], 1, 2, 3))
                .withMessageContaining("5 values")
                .withMessageContaining("6");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> contrast.of(new float[0], 0, 2, 3))
                .withMessageContaining("0 channels");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                contrast.of(
                                        new float[6],
                                        1,
                                        2,
                                        3,
                                        new ContrastWeights.Region(1, 0, 2, 3)))
                .withMessageContaining("leaves the image");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ContrastWeights.Region(0, 0, 0, 1))
                .withMessageContaining("0 x 1");
        for (double wrong : new double[] {0, -1, Double.NaN, 1e-200}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ContrastWeights.builder().optSigma(wrong))
                    .withMessageContaining("Sigma");
        }
    }

    /** Mirrors left and right (0), above and below (1), or transposes (2) two channels. */
    private static float[] turned(float[] pixels, int height, int width, int way) {
        float[] turned = new float[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            int x = i % width;
            int y = i / width % height;
            int plane = i / (height * width) * height * width;
            int to =
                    switch (way) {
                        case 0 -> y * width + width - 1 - x;
                        case 1 -> (height - 1 - y) * width + x;
                        default -> x * height + y;
                    };
            turned[plane + to] = pixels[i];
        }
        return turned;
    }

    /** Returns the weight of two neighbours, whichever is first. */
    private static float pair(float[] weights, int height, int width, int x, int y, int u, int v) {
        for (int k = 0; k < 4; k++) {
            if (u - x == EIGHT.dx(k) && v - y == EIGHT.dy(k)) {
                return weights[(k * height + y) * width + x];
            }
            if (x - u == EIGHT.dx(k) && y - v == EIGHT.dy(k)) {
                return weights[(k * height + v) * width + u];
            }
        }
        throw new AssertionError("not neighbours");
    }

    private static float[] random(int length, long seed) {
        Random random = new Random(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }
}
