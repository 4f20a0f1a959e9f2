package io.github.gradkit.adm.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.adm.loss.GaussianAffinity.Method;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GaussianAffinityTest {

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static GaussianAffinity.Builder by(Method method) {
        return GaussianAffinity.builder().optMethod(method);
    }

    private NDArray values(DataType type, Shape shape, long seed) {
        return Scenes.scores(manager, type, shape, seed).softmax(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT16", "INT32", "BOOLEAN"})
    void valuesThatSumsWouldBeRoundedToAreRefused(DataType type) {
        NDArray images = Scenes.images(manager, new Shape(1, 3, 4, 4), 33);
        NDArray values = manager.ones(new Shape(1, 2, 4, 4)).toType(type, true);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> by(Method.EXACT).build().sums(images, values))
                .withMessageContaining(type.toString())
                .withMessageContaining("float32");
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void imagesOfAnyLayoutAndTypeLeaveOnlyTheResult(Method method) {
        NDArray values = values(DataType.FLOAT32, new Shape(2, 2, 8, 8), 31);
        NDArray plain = Scenes.images(manager, new Shape(2, 3, 8, 8), 32);
        NDArray wide = plain.toType(DataType.FLOAT64, true);
        NDArray turned = wide.transpose(0, 1, 3, 2);
        int before = ArrayCounts.of(manager);

        for (NDArray images : new NDArray[] {plain, wide, turned}) {
            by(method).build().sums(images, values).close();
        }

        assertThat(ArrayCounts.of(manager)).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"1, 8, 8", "3, 8, 5", "4, 1, 7", "3, 45, 47"})
    void exactSumsAreThoseOfTheFormula(int channels, int height, int width) {
        NDArray images = Scenes.images(manager, new Shape(2, channels, height, width), 1);
        NDArray values = values(DataType.FLOAT64, new Shape(2, 2, height, width), 2);

        double[] sums =
                by(Method.EXACT).optPositionSigma(7).build().sums(images, values).toDoubleArray();

        double[] given = values.toDoubleArray();
        int pixels = height * width;
        for (int image = 0; image < 2; image++) {
            double[][] affinities = SlowEnergies.affinities(images.get(image), 7, 15.0 / 255);
            for (int i = 0; i < 2 * pixels; i++) {
                int plane = 2 * image + i / pixels;
                double wanted = 0;
                for (int q = 0; q < pixels; q++) {
                    wanted += affinities[i % pixels][q] * given[plane * pixels + q];
                }
                assertThat(sums[plane * pixels + i % pixels])
                        .isCloseTo(wanted, within(1e-10 * wanted));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 100, 0.06, 1",
        "2, 30, 0.06, 2",
        "3, 100, 0.06, 3",
        "3, 20, 0.1, 4",
        "3, 7, 0.3, 5"
    })
    void sumsOnAGridAreWithinOneInAHundredAtEveryPixel(
            int channels, double positionSigma, double colourSigma, long seed) {
        NDArray images = Scenes.images(manager, new Shape(1, channels, 40, 30), seed);
        NDArray values = values(DataType.FLOAT32, new Shape(1, 3, 40, 30), seed + 10);
        GaussianAffinity.Builder builder =
                GaussianAffinity.builder()
                        .optPositionSigma(positionSigma)
                        .optColourSigma(colourSigma);

        float[] exact = builder.optMethod(Method.EXACT).build().sums(images, values).toFloatArray();
        float[] grid = builder.optMethod(Method.GRID).build().sums(images, values).toFloatArray();

        for (int i = 0; i < exact.length; i++) {
            assertThat(grid[i]).isCloseTo(exact[i], within(0.01f * exact[i]));
        }
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void affinitiesAreSymmetricAndNotNegative(Method method) {
        GaussianAffinity affinity = by(method).optPositionSigma(10).build();
        NDArray images = Scenes.images(manager, new Shape(1, 3, 12, 9), 1);
        NDArray x = Scenes.scores(manager, DataType.FLOAT32, new Shape(1, 1, 12, 9), 2);
        NDArray y = Scenes.scores(manager, DataType.FLOAT32, new Shape(1, 1, 12, 9), 3);

        float xAy = x.mul(affinity.sums(images, y)).sum().getFloat();
        float yAx = y.mul(affinity.sums(images, x)).sum().getFloat();
        assertThat(xAy).isCloseTo(yAx, within(1e-4f * Math.abs(yAx)));
        NDArray one = x.zerosLike();
        one.set(new ai.djl.ndarray.index.NDIndex("0, 0, 5, 5"), 1);
        assertThat(affinity.sums(images, one).min().getFloat()).isNotNegative();
    }

    @Test
    void withNarrowKernelAPixelIsAlikeItselfOnly() {
        NDArray images = Scenes.images(manager, new Shape(1, 3, 8, 8), 1);
        NDArray values = values(DataType.FLOAT64, new Shape(1, 2, 8, 8), 2);

        NDArray sums = by(Method.EXACT).optPositionSigma(1e-3).build().sums(images, values);

        assertThat(sums.sub(values).abs().max().getDouble()).isLessThan(1e-9);
    }

    @Test
    void smallImagesAreSummedExactlyAndLargeOnesOnAGrid() {
        for (int side : new int[] {12, 100}) {
            NDArray images = Scenes.images(manager, new Shape(1, 1, side, side), 1);
            NDArray values = values(DataType.FLOAT32, new Shape(1, 2, side, side), 2);
            Method wanted = side == 12 ? Method.EXACT : Method.GRID;

            NDArray automatic = GaussianAffinity.builder().build().sums(images, values);

            assertThat(automatic).isEqualTo(by(wanted).build().sums(images, values));
        }
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void imagesOfABatchDoNotMeet(Method method) {
        GaussianAffinity affinity = by(method).build();
        NDArray images = Scenes.images(manager, new Shape(2, 3, 6, 6), 1);
        NDArray values = values(DataType.FLOAT32, new Shape(2, 2, 6, 6), 2);

        NDArray both = affinity.sums(images, values);

        NDArray second = affinity.sums(images.get("1:"), values.get("1:"));
        assertThat(both.get("1:")).isEqualTo(second);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void sumsHaveTypeAndManagerOfTheValuesAndLeaveNothingElse(Method method) {
        GaussianAffinity affinity = by(method).build();
        NDArray images = Scenes.images(manager, new Shape(1, 3, 6, 6), 1);
        try (NDManager own = manager.newSubManager()) {
            for (DataType type : new DataType[] {DataType.FLOAT32, DataType.FLOAT64}) {
                NDArray values = values(type, new Shape(1, 2, 6, 6), 2);
                values.attach(own);
                int outer = ArrayCounts.of(manager);
                int before = ArrayCounts.of(own);

                NDArray sums = affinity.sums(images, values);

                assertThat(sums.getDataType()).isEqualTo(type);
                assertThat(sums.getShape()).isEqualTo(values.getShape());
                assertThat(sums.getManager()).isSameAs(own);
                assertThat(ArrayCounts.of(own)).isEqualTo(before + 1);
                assertThat(ArrayCounts.of(manager)).isEqualTo(outer);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"EXACT", "AUTOMATIC"})
    void colourOfNanIsNotHidden(Method method) {
        NDArray images = Scenes.images(manager, new Shape(1, 1, 4, 4), 1);
        images.set(new ai.djl.ndarray.index.NDIndex("0, 0, 1, 1"), Float.NaN);
        NDArray values = values(DataType.FLOAT32, new Shape(1, 2, 4, 4), 2);

        assertThat(by(method).build().sums(images, values).sum().getFloat()).isNaN();
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 1e9f})
    void gridOfImpossibleSizeIsRefused(float colour) {
        NDArray images = Scenes.images(manager, new Shape(1, 1, 4, 4), 1);
        images.set(new ai.djl.ndarray.index.NDIndex("0, 0, 1, 1"), colour);
        NDArray values = values(DataType.FLOAT32, new Shape(1, 2, 4, 4), 2);
        GaussianAffinity affinity = by(Method.GRID).build();
        int before = ArrayCounts.of(manager);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> affinity.sums(images, values))
                .withMessageContaining("EXACT");
        assertThat(ArrayCounts.of(manager)).isEqualTo(before);
    }

    @Test
    void arraysThatDoNotFitAreRefused() {
        GaussianAffinity affinity = GaussianAffinity.builder().build();
        NDArray images = manager.zeros(new Shape(2, 3, 4, 4));
        for (Shape shape : new Shape[] {new Shape(2, 4, 4), new Shape(1, 2, 4, 4)}) {
            NDArray values = manager.zeros(shape);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> affinity.sums(images, values))
                    .withMessageContaining(shape.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void impossibleSigmasAreRefused(double sigma) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GaussianAffinity.builder().optPositionSigma(sigma))
                .withMessageContaining(Double.toString(sigma));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GaussianAffinity.builder().optColourSigma(sigma));
    }
}
