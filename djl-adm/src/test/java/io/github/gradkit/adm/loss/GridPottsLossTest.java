package io.github.gradkit.adm.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.adm.cut.Neighbourhood;
import io.github.gradkit.adm.cut.PottsEnergy;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GridPottsLossTest {

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private double value(Relaxation relaxation, NDArray scores, NDArray weights) {
        return Gradients.value(x -> loss(relaxation, x, weights), scores);
    }

    private static NDArray loss(Relaxation relaxation, NDArray scores, NDArray weights) {
        Shape shape = scores.getShape();
        Shape plane = new Shape(shape.get(0), shape.get(2), shape.get(3));
        try (NDArray scribbles = scores.getManager().zeros(plane, DataType.UINT8)) {
            return GridPottsLoss.of(relaxation)
                    .evaluate(new NDList(scribbles, weights), new NDList(scores));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, FOUR, 4, 5",
        "3, EIGHT, 4, 5",
        "21, EIGHT, 3, 2",
        "2, EIGHT, 1, 6",
        "2, EIGHT, 6, 1"
    })
    void lossIsTheSumOverPairsPerPixel(int labels, Neighbourhood pairs, int height, int width) {
        NDArray weights = Scenes.weights(manager, pairs, 2, height, width, 1);
        Shape shape = new Shape(2, labels, height, width);
        NDArray scores = Scenes.scores(manager, DataType.FLOAT64, shape, 2);

        for (Relaxation relaxation : Relaxation.values()) {
            double wanted =
                    SlowEnergies.potts(relaxation, scores, weights) / (2.0 * height * width);
            assertThat(value(relaxation, scores, weights)).isCloseTo(wanted, within(1e-12));
        }
    }

    @ParameterizedTest
    @EnumSource(Relaxation.class)
    void sureSegmentationHasThePottsEnergyOfItsLabelling(Relaxation relaxation) {
        int[] labelling = Scenes.labelling(20, 4, 3);
        NDArray weights = Scenes.weights(manager, Neighbourhood.EIGHT, 1, 4, 5, 4);
        NDArray scores = Scenes.sure(manager, DataType.FLOAT64, labelling, new Shape(1, 4, 4, 5));
        PottsEnergy energy = new PottsEnergy(5, 4, Neighbourhood.EIGHT, 4);
        for (int k = 0; k < 4; k++) {
            energy.setWeights(k, weights.toFloatArray(), 20 * k, 1);
        }
        double potts = energy.energy(labelling) / (double) PottsEnergy.SCALE;

        // 55 pairs, each rounded to half a thousandth.
        assertThat(20 * value(relaxation, scores, weights)).isCloseTo(potts, within(0.0275));
        assertThat(20 * value(relaxation, scores, weights))
                .isCloseTo(SlowEnergies.potts(Relaxation.BILINEAR, scores, weights), within(1e-9));
    }

    @ParameterizedTest
    @EnumSource(Relaxation.class)
    void oneSureLabelEverywhereCostsNothing(Relaxation relaxation) {
        NDArray weights = Scenes.weights(manager, Neighbourhood.EIGHT, 1, 4, 4, 5);
        NDArray scores = Scenes.sure(manager, DataType.FLOAT32, new int[16], new Shape(1, 3, 4, 4));

        assertThat(value(relaxation, scores, weights)).isZero();
    }

    @Test
    void undecidedSegmentationCostsInTheBilinearFormOnly() {
        NDArray weights = Scenes.weights(manager, Neighbourhood.EIGHT, 1, 4, 4, 6);
        NDArray scores = manager.zeros(new Shape(1, 4, 4, 4), DataType.FLOAT64);
        double sum = weights.toType(DataType.FLOAT64, true).sum().getDouble();

        assertThat(16 * value(Relaxation.BILINEAR, scores, weights))
                .isCloseTo(0.75 * sum, within(1e-9));
        assertThat(value(Relaxation.QUADRATIC, scores, weights)).isZero();
        assertThat(value(Relaxation.TOTAL_VARIATION, scores, weights)).isZero();
    }

    @Test
    void bilinearFormIsTheSumOfWeightsMoreThanTheNegativeProductForm() {
        NDArray weights = Scenes.weights(manager, Neighbourhood.EIGHT, 1, 4, 4, 7);
        NDArray scores = Scenes.scores(manager, DataType.FLOAT64, new Shape(1, 3, 4, 4), 8);
        double[][] s = SlowEnergies.pixels(scores);
        float[] w = weights.toFloatArray();
        double negative = 0;
        double sum = 0;
        for (int i = 0; i < w.length; i++) {
            sum += w[i];
            if (w[i] > 0) {
                int k = i / 16;
                int other = i % 16 + 4 * Neighbourhood.EIGHT.dy(k) + Neighbourhood.EIGHT.dx(k);
                for (int label = 0; label < 3; label++) {
                    negative -= w[i] * s[i % 16][label] * s[other][label];
                }
            }
        }

        assertThat(16 * value(Relaxation.BILINEAR, scores, weights))
                .isNotNegative()
                .isCloseTo(negative + sum, within(1e-9));
    }

    @ParameterizedTest
    @EnumSource(Relaxation.class)
    void gradientIsThatOfDifferences(Relaxation relaxation) {
        for (Neighbourhood pairs : Neighbourhood.values()) {
            NDArray weights = Scenes.weights(manager, pairs, 2, 4, 4, 9);
            NDArray scores = Scenes.scores(manager, DataType.FLOAT64, new Shape(2, 3, 4, 4), 10);

            Gradients.assertMatchDifferences(x -> loss(relaxation, x, weights), scores);
        }
    }

    @ParameterizedTest
    @EnumSource(Relaxation.class)
    void weightsThatLeadOutOfTheImageAreNotLookedAt(Relaxation relaxation) {
        NDArray weights = Scenes.weights(manager, Neighbourhood.EIGHT, 1, 3, 3, 11);
        NDArray scores = Scenes.scores(manager, DataType.FLOAT64, new Shape(1, 2, 3, 3), 12);
        double before = value(relaxation, scores, weights);
        float[] strange = weights.toFloatArray();
        for (int i = 0; i < strange.length; i++) {
            strange[i] = strange[i] == 0 ? Float.NaN : strange[i];
        }

        assertThat(value(relaxation, scores, manager.create(strange, weights.getShape())))
                .isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(Relaxation.class)
    void imageOfOnePixelCostsNothingAndHasAGradient(Relaxation relaxation) {
        NDArray weights = manager.zeros(new Shape(1, 4, 1, 1));
        NDArray scores = Scenes.scores(manager, DataType.FLOAT32, new Shape(1, 2, 1, 1), 13);

        assertThat(value(relaxation, scores, weights)).isZero();
        assertThat(Gradients.of(x -> loss(relaxation, x, weights), scores)).containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource(Relaxation.class)
    void energiesOfImagesAddUpToTheLoss(Relaxation relaxation) {
        NDArray weights = Scenes.weights(manager, Neighbourhood.EIGHT, 2, 4, 4, 14);
        NDArray scores = Scenes.scores(manager, DataType.FLOAT32, new Shape(2, 3, 4, 4), 15);
        NDArray segmentation = scores.softmax(1);
        int arrays = ArrayCounts.of(manager);

        double[] energies = GridPottsLoss.energies(relaxation, segmentation, weights);

        assertThat(ArrayCounts.of(manager)).isEqualTo(arrays);
        assertThat(energies).hasSize(2);
        assertThat(Arrays.stream(energies).sum() / 32)
                .isCloseTo(value(relaxation, scores, weights), within(1e-6));
    }

    @Test
    void energiesOfArraysThatDoNotFitAreRefused() {
        NDArray segmentation = manager.zeros(new Shape(2, 3, 4, 4));
        Shape[] shapes = {
            new Shape(2, 4, 4), new Shape(1, 4, 4, 4), new Shape(2, 3, 4, 4), new Shape(2, 4, 4, 5)
        };
        for (Shape shape : shapes) {
            NDArray weights = manager.zeros(shape);
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    GridPottsLoss.energies(
                                            Relaxation.BILINEAR, segmentation, weights))
                    .withMessageContaining(shape.toString());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT16", "INT32", "INT64", "UINT8", "BOOLEAN"})
    void energiesOfSegmentationsThatAreNoProbabilitiesAreRefused(DataType type) {
        NDArray segmentation = manager.ones(new Shape(1, 2, 4, 4)).toType(type, true);
        NDArray weights = Scenes.weights(manager, Neighbourhood.EIGHT, 1, 4, 4, 16);

        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> GridPottsLoss.energies(Relaxation.BILINEAR, segmentation, weights))
                .withMessageContaining(type.toString())
                .withMessageContaining("float32");
    }

    @Test
    void labelsWithoutWeightsAreRefused() {
        NDArray scores = manager.zeros(new Shape(1, 2, 4, 4));
        NDList labels = new NDList(manager.zeros(new Shape(1, 4, 4), DataType.UINT8));

        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                GridPottsLoss.of(Relaxation.QUADRATIC)
                                        .evaluate(labels, new NDList(scores)))
                .withMessageContaining("weights");
    }
}
